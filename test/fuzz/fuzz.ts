/** Feeds one decoder with changed sample vectors and with garbage: it must not throw, must be quick, and must answer in its shape. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CommonProfile,
  type Decoded,
  type Decoder,
  decodeLimits,
  decoders,
  loadProfile,
  protocolNames,
  protocolOf,
} from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type Random, SeededRandom, fromHex, pick } from '@cardwatch/kernel';
import { z } from 'zod';
import { profileNames } from '../golden/case.ts';
import { chunked, mutate } from './mutate.ts';

export const slowMs = 50;
/** Longer ones are measured twice more, and the shortest counts: the machine has other work. */
const doubtMs = 5;
const vectorRoot = new URL('../golden/vectors/', import.meta.url).pathname;

const Vector = z.object({ protocol: z.string(), hex: z.string().optional(), file: z.string().optional() });
const Document = z.union([z.array(Vector), z.object({ vectors: z.array(Vector) })]);

export interface FuzzReport {
  readonly name: string;
  readonly seeds: number;
  readonly inputs: number;
  readonly perSecond: number;
  /** Longest single input, ms. */
  readonly slowestMs: number;
  readonly crashes: readonly string[];
  /** Pure garbage out of which a frame was read. Unavoidable now and then where a checksum is one byte; never where there is more to go by. */
  readonly invented: number;
  readonly garbage: number;
}

/** Vector files of each protocol name. */
function vectorsByProtocol(): ReadonlyMap<string, readonly Uint8Array[]> {
  const found = new Map<string, Uint8Array[]>();
  const read = (folder: string, file: string): void => {
    const parsed = Document.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    if (!parsed.success) return;
    for (const { protocol, hex, file: name } of Array.isArray(parsed.data) ? parsed.data : parsed.data.vectors) {
      const bytes = name === undefined ? fromHex(hex ?? '') : readFileSync(join(folder, name));
      if (bytes !== undefined) found.set(protocol, [...(found.get(protocol) ?? []), bytes]);
    }
  };
  for (const entry of readdirSync(vectorRoot, { withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.json')) read(vectorRoot, entry.name);
    if (entry.isDirectory() && existsSync(join(vectorRoot, entry.name, 'index.json')))
      read(join(vectorRoot, entry.name), 'index.json');
  }
  return found;
}

const otherNames: Readonly<Record<string, string>> = { ping: 'icmp', 'snmp-walk': 'snmp' };

/** Vectors of the decoder's own name; else those whose name shares its first word, e.g. `isapi-push` with `isapi`; and hex out of its models' cases. */
export function seedsOf(name: string): readonly Uint8Array[] {
  const all = vectorsByProtocol();
  const first = name.split('-')[0] ?? name;
  const named = all.get(name) ?? all.get(otherNames[name] ?? '');
  const related = named ?? [...all].flatMap(([protocol, seeds]) => (protocol.split('-')[0] === first ? seeds : []));
  return related.length > 0 ? related : hexOfCases(protocolDecoding(name));
}

const protocolDecoding = (decoder: string): string | undefined =>
  protocolNames.find((known) => protocolOf(known)?.decodes.includes(decoder) === true);

function hexOfCases(protocol: string | undefined): readonly Uint8Array[] {
  const names = profileNames(profileRoot).filter((profile) => profile.startsWith(`${protocol}/`));
  const texts = names.flatMap((name) => {
    const folder = join(profileRoot, name, 'cases');
    return existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')) : [];
  });
  const hex = texts.flatMap((text) => [...text.matchAll(/(?:send|reply|hex):\s*"?((?:[0-9a-fA-F]{2} ?){4,})"?\s*$/gm)]);
  return hex.flatMap(([, digits = '']) => fromHex(digits.trim()) ?? []);
}

/** Profiles of the protocol that the decoder belongs to. */
export async function profilesFor(name: string): Promise<readonly CommonProfile[]> {
  const protocol = protocolDecoding(name);
  const names = profileNames(profileRoot).filter((profile) => profile.startsWith(`${protocol}/`));
  const loaded = await Promise.all(names.map((profile) => loadProfile(profileRoot, profile)));
  return loaded.flatMap((each) => (each.ok ? [each.value] : []));
}

export const contentTypes = [
  undefined,
  'multipart/mixed; boundary=MIME_boundary',
  'multipart/form-data; boundary="x y"',
  'multipart/mixed; boundary=',
  'application/json',
  'text/plain',
] as const;

export async function fuzzDecoder(name: string, inputs: number, seed = 20_261_123): Promise<FuzzReport> {
  const load = decoders.get(name);
  if (load === undefined) throw new Error(`no decoder ${name}; there are ${[...decoders.keys()].join(', ')}`);
  const decode = await load();
  const seeds = seedsOf(name);
  const profiles = [undefined, ...(await profilesFor(name))];
  const random = new SeededRandom(seed);
  const crashes: string[] = [];
  let slowestMs = 0;
  let invented = 0;
  let garbage = 0;
  const startMs = performance.now();
  for (let round = 0; round < inputs; round++) {
    const made = mutate(random, seeds);
    const run = runOf(decode, made.bytes, { profile: pick(random, profiles), random });
    const first = timed(run);
    const ms = first.ms > doubtMs ? Math.min(first.ms, timed(run).ms, timed(run).ms) : first.ms;
    slowestMs = Math.max(slowestMs, ms);
    const problem = first.thrown ?? (made.bytes.length === 0 ? undefined : problemOf(first.decoded));
    if (problem !== undefined && crashes.length < 20)
      crashes.push(`${problem} <- ${Buffer.from(made.bytes).toString('hex').slice(0, 400)}`);
    if (!made.garbage) continue;
    garbage++;
    if ((first.decoded?.frames.length ?? 0) > 0) invented++;
  }
  const seconds = (performance.now() - startMs) / 1_000;
  return { name, seeds: seeds.length, inputs, perSecond: Math.round(inputs / seconds), slowestMs, crashes, invented, garbage };
}

function runOf(
  decode: Decoder,
  bytes: Uint8Array,
  { profile, random }: { readonly profile: CommonProfile | undefined; readonly random: Random },
): () => Decoded {
  const chunks = chunked(random, bytes);
  const contentType = pick(random, contentTypes);
  const input = {
    chunks,
    ...(profile === undefined ? {} : { profile }),
    ...(contentType === undefined ? {} : { contentType }),
  };
  return () => decode(input);
}

interface Timed {
  readonly ms: number;
  readonly decoded: Decoded | undefined;
  readonly thrown: string | undefined;
}

function timed(run: () => Decoded): Timed {
  const startMs = performance.now();
  try {
    const decoded = run();
    return { ms: performance.now() - startMs, decoded, thrown: undefined };
  } catch (reason) {
    return { ms: performance.now() - startMs, decoded: undefined, thrown: `threw ${String(reason)}` };
  }
}

function problemOf(decoded: Decoded | undefined): string | undefined {
  if (decoded === undefined) return undefined;
  const { frames, observations, rejected } = decoded;
  if (frames.length === 0 && observations.length === 0 && rejected.length === 0) return 'neither a frame nor a reason';
  if (frames.length > decodeLimits.frames || rejected.length > decodeLimits.rejected) return 'more than the limit';
  if (rejected.some(({ reason }) => reason === '')) return 'an empty reason';
  return undefined;
}
