/** What lies on an agent's card: any bytes where segments and state files should be. Nothing that is read was not written. */
import { Chain } from '../../../packages/agent/src/journal/chain.ts';
import {
  fileSalt,
  frameBytes,
  frameHeadBytes,
  segmentHeaderBytes,
  segmentName,
} from '../../../packages/agent/src/journal/format.ts';
import { viewOf } from '../../../packages/agent/src/journal/frame.core.ts';
import { scanSegment } from '../../../packages/agent/src/journal/scan.core.ts';
import { decodeAcked, decodeEpoch, encodeAcked, encodeEpoch } from '../../../packages/agent/src/journal/state.core.ts';
import { EpochNo, streams } from '@cardwatch/contracts';
import { chance, crc32c, intBetween, pick, type Random } from '@cardwatch/kernel';
import { epoch1, epoch2, lines, quickHasher, rig, settle, uuid1, uuid2, walk } from '../../journal/harness.ts';
import { MemoryDisk } from '../../journal/memory-disk.ts';
import { mutate } from '../mutate.ts';
import { told, untouched, within } from '../same.ts';
import { type Feed, type Finding, fullShare, type Target } from '../target.ts';

const written = lines(1, 60);
const known = new Set(written.map((line) => Buffer.from(line).toString('latin1')));
const moneyPath = `money/${segmentName(1, 1)}`;
const salt = fileSalt('money', 1, 1);

/** Files of a real journal: one segment that is open, one that is sealed. */
async function files(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { disk, journal } = await rig({ hasher: quickHasher });
  for (let at = 0; at < written.length; at += 5) {
    const done = journal.append('money', written.slice(at, at + 5));
    await settle();
    await done;
  }
  await journal.acknowledge('money', epoch1, 20);
  await journal.close();
  return new Map(disk.paths().map((path) => [path, disk.bytesOf(path)?.slice() ?? new Uint8Array()]));
}

/** A frame's fields changed and its checksums made right again: what a mutation alone never gets past. */
function reforge(random: Random, bytes: Uint8Array): Uint8Array {
  const made = bytes.slice();
  const view = viewOf(made);
  for (let at = segmentHeaderBytes; at + frameHeadBytes < made.length; ) {
    const length = view.getUint32(at + 4, true);
    const total = frameBytes(length);
    if (total <= 0 || length > 8_192 || at + total > made.length) break;
    const body = at + frameHeadBytes;
    if (!known.has(Buffer.from(made.subarray(body, body + length)).toString('latin1'))) break;
    if (chance(random, 0.2)) forgeField(random, view, at);
    const head = crc32c(made, salt, at, at + 36);
    view.setUint32(at + 36, head, true);
    view.setUint32(body + length, crc32c(made, head, body, body + length), true);
    at += total;
  }
  return made;
}

function forgeField(random: Random, view: DataView, at: number): void {
  const seq = pick(random, [0, 1, 2, 7, 61, 10_000, 2 ** 31, 2 ** 40, 2 ** 53 - 1, 2 ** 53]);
  switch (intBetween(random, 0, 2)) {
    case 0:
      view.setUint32(at + 8, seq >>> 0, true);
      view.setUint32(at + 12, Math.floor(seq / 2 ** 32), true);
      return;
    case 1:
      view.setUint8(at + 3, intBetween(random, 0, 4));
      return;
    default:
      view.setUint32(at + 16 + 4 * intBetween(random, 0, 3), pick(random, [0, 0xffffffff, 0x80000000]), true);
  }
}

const changeSegment = (random: Random, pool: readonly Uint8Array[]): Uint8Array => {
  const changed = mutate(random, pool).bytes;
  return chance(random, 0.3) ? reforge(random, changed) : changed;
};

async function openScan(): Promise<Feed> {
  const segment = (await files()).get(moneyPath) ?? new Uint8Array();
  const chain = new Chain(quickHasher);
  let records = 0;
  return {
    seeds: [segment, segment.subarray(0, 400), segment.subarray(0, 65)],
    change: changeSegment,
    feed: (input) => {
      const given = within(input, 0xaa);
      let forged = 0;
      let before = 0;
      const onRecord = (seq: number, line: Uint8Array): void => {
        if (seq <= before) forged += 1_000_000;
        before = seq;
        if (!known.has(Buffer.from(line).toString('latin1'))) forged++;
        records++;
      };
      const ask = { base: 1, salt, prevHash: new Uint8Array(32), onRecord };
      const scan = scanSegment({ bytes: given, ...ask }, chain);
      if (!untouched(given, input, 0xaa)) return 'wrote into its input';
      if (forged >= 1_000_000) return 'numbers that do not rise';
      // a frame whose padding alone is cut off is whole
      if (scan.end > Math.max(segmentHeaderBytes, input.length + 7))
        return `an end behind the file: ${scan.end} of ${input.length}`;
      const damage = scan.damages.find(({ from, to }) => from > to || to > input.length);
      if (damage !== undefined) return `damage outside the file: ${told(damage)}`;
      if (!Number.isSafeInteger(scan.lastSeq)) return `a last number ${scan.lastSeq}`;
      const elsewhere = scanSegment({ bytes: within(input, 0x55), ...ask, onRecord: () => {} }, chain);
      return told(elsewhere) === told(scan) ? undefined : 'reads beyond the file';
    },
    said: () => `${records} records read`,
  };
}

/** A start over changed files: it always ends well, tells nothing that was not written, takes new records, and the next start tells the same. */
async function openRecovery(): Promise<Feed> {
  const sound = await files();
  const names = [...sound.keys()];
  const packed = names.map((name, at) => Buffer.concat([Uint8Array.of(at), sound.get(name) ?? new Uint8Array()]));
  let kept = 0;
  return {
    seeds: packed,
    change: (random) => {
      const at = intBetween(random, 0, names.length - 1);
      const bytes = sound.get(names[at] ?? '') ?? new Uint8Array();
      const changed = mutate(random, [bytes]).bytes;
      return Buffer.concat([Uint8Array.of(at), changed]);
    },
    feed: async (input) => {
      const name = names[(input[0] ?? 0) % names.length] ?? moneyPath;
      const disk = new MemoryDisk();
      for (const [path, bytes] of sound) disk.put(path, path === name ? input.subarray(1) : bytes);
      const first = await start(disk);
      if (typeof first === 'string') return first;
      kept += first.lines.length;
      const again = await start(disk);
      if (typeof again === 'string') return `the second start: ${again}`;
      return first.lines.every((line) => again.lines.includes(line))
        ? undefined
        : 'the second start has lost what the first one had';
    },
    said: () => `${kept} records kept`,
  };
}

async function start(disk: MemoryDisk): Promise<{ readonly lines: readonly string[] } | string> {
  const { journal } = await rig({ disk, hasher: quickHasher, epoch: false });
  if (journal.epoch() === undefined) await journal.openEpoch(epoch2, uuid2);
  if (journal.epoch() === undefined) return 'no epoch could be opened';
  const fresh = new TextEncoder().encode('{"fresh":1}');
  const done = journal.append('money', [fresh]);
  await settle();
  const appended = await done;
  if (!appended.ok) return `takes nothing more: ${appended.error.kind}`;
  const found: string[] = [];
  for (const state of journal.states('money')) {
    if (state.last - state.first > 10_000) continue;
    const walked = await walk(journal, { epoch: state.epoch, from: Math.max(1, state.first), hasher: quickHasher });
    for (const { line } of walked.entries) found.push(Buffer.from(line).toString('latin1'));
  }
  await journal.close();
  const forged = found.find((line) => !known.has(line) && line !== '{"fresh":1}');
  return forged === undefined
    ? { lines: found.filter((line) => known.has(line)) }
    : `a record that nobody wrote: ${forged.slice(0, 80)}`;
}

function feedState(input: Uint8Array): Finding {
  const epoch = decodeEpoch(within(input, 0xaa));
  if (epoch !== undefined && told(decodeEpoch(encodeEpoch(epoch))) !== told(epoch))
    return 'an epoch that does not survive writing';
  const acked = decodeAcked(within(input, 0xaa));
  if (told(decodeAcked(within(input, 0x55))) !== told(acked)) return 'reads beyond its bytes';
  if (acked === undefined) return undefined;
  const again = decodeAcked(encodeAcked(acked));
  return told(again) === told(acked) ? undefined : 'a position that does not survive writing';
}

/** Changed, and half of them with a right checksum again. */
function changeState(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  const made = mutate(random, pool).bytes.slice();
  const view = viewOf(made);
  if (chance(random, 0.5)) return made;
  if (made.length === 64) view.setUint32(60, crc32c(made.subarray(0, 60)), true);
  else if (made.length >= 4_096) view.setUint32(4_092, crc32c(made.subarray(0, 4_092)), true);
  return made;
}

const stateSeeds = [
  encodeEpoch({ no: EpochNo.parse(3), uuid: uuid1, agent: 77 }),
  encodeAcked({ generation: 4, entries: streams.map((stream, at) => ({ stream, epoch: 1 + at, acked: 5 * at, gone: 0 })) }),
];

export const journalTargets: readonly Target[] = [
  /** A number that is forged with right checksums makes a hole of up to `journalBounds.segmentNumbers`, and each of them is hashed once: no more than that. */
  { name: 'journal-scan', perChange: 8_000, slowMs: 1_000, open: openScan },
  { name: 'journal-recovery', perChange: 2_000, open: openRecovery },
  {
    name: 'journal-state',
    perChange: fullShare,
    open: () => Promise.resolve({ seeds: [...stateSeeds, new Uint8Array(8_192)], change: changeState, feed: feedState }),
  },
];
