/**
 * Finds the meters of a line. One meter answers the address AA…AA (read address, 03). Where several answer at once the line carries garbage: then the low
 * bytes of the address are tried one after the other, the rest left AA, as far as the meters know partial wildcards. Reads only.
 */
import { bcdBytes } from '@cardwatch/kernel';
import { z } from 'zod';
import type { Discovery, DriverIo, Proposal } from '../contract.ts';
import type { Line } from '../line/line.ts';
import { pause, saysWhere, scanLine, scanLink, whereMissing, wireScanShape } from '../line/scan-options.ts';
import { type WireLink, wireLineKey, wireLineSettings } from '../line/wire-links.ts';
import { di, hexByte } from './data.core.ts';
import { type Dialect, anyAddress, controls, encodeRequest, replyMatcher } from './exchange.core.ts';
import { addressText } from './frame.core.ts';

const Options = z
  .strictObject({
    ...wireScanShape,
    type: z.enum(['10', '11', '12', '13']).default('10'),
    /** Questions at most: a search byte by byte of a full line needs hundreds. */
    questionsMax: z.coerce.number().pipe(z.int().min(1).max(5_000)).default(400),
  })
  .refine(saysWhere, whereMissing);

type Heard = { readonly kind: 'meter'; readonly address: string } | { readonly kind: 'several' } | { readonly kind: 'silence' };

export const cjt188Discovery: Discovery = {
  about: {
    zh: '在线路上用通配地址 AA 读表号（CJ/T 188 读地址），只读不写；多表冲突时逐字节缩小范围',
    en: 'Asks the line for meter addresses with the wildcard AA (CJ/T 188 read address); reads only; narrows down byte by byte where several answer',
  },
  options: Options,
  run: (options, io, signal) => search(Options.parse(options), io, signal),
};

interface Search {
  readonly line: Line;
  readonly link: WireLink;
  readonly io: DriverIo;
  readonly signal: AbortSignal;
  readonly type: number;
  readonly pauseMs: number;
}

async function* search(options: z.infer<typeof Options>, io: DriverIo, signal: AbortSignal): AsyncIterable<Proposal> {
  const link = scanLink(options, 2_400);
  if (link === undefined) return;
  const line = scanLine(wireLineKey(link), io);
  const asked: Search = { line, link, io, signal, type: Number.parseInt(options.type, 16), pauseMs: options.pauseMs };
  const open: (readonly number[])[] = [[]];
  const found = new Set<string>();
  try {
    for (let questions = 0; questions < options.questionsMax && !signal.aborted; questions++) {
      const prefix = open.shift();
      if (prefix === undefined) return;
      const heard = await ask(asked, prefix);
      if (heard.kind === 'several' && prefix.length < 5) open.push(...narrower(prefix));
      if (heard.kind === 'meter' && !found.has(heard.address)) {
        found.add(heard.address);
        yield proposal(link, options.type, heard.address);
      }
      await pause(options.pauseMs, io, signal);
    }
  } finally {
    await line.close();
  }
}

/** The prefixes one byte longer: low byte first, BCD 00 to 99. */
const narrower = (prefix: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: 100 }, (_, value) => [...prefix, bcdBytes(String(value).padStart(2, '0'))[0] ?? 0]);

const dialect: Dialect = { preamble: 3, diOrder: 'highFirst', serial: true };

async function ask({ line, link, io, signal, type }: Search, prefix: readonly number[]): Promise<Heard> {
  const address = Uint8Array.of(...prefix, ...anyAddress.subarray(prefix.length));
  const request = {
    type,
    address: anyAddress,
    control: controls.readAddress,
    di: di.address,
    ser: prefix.length,
    payload: new Uint8Array(),
  };
  const settings = wireLineSettings(link, io);
  const before = line.counters.noiseBytes + line.counters.crcErrors;
  const reply = await line.run(
    {
      settings,
      station: 'search',
      request: encodeRequest({ ...request, address }, dialect),
      replyBytesMax: 32,
      match: replyMatcher(request, dialect),
      replyTimeoutMs: link.replyTimeoutMs,
      deadlineMs: link.deadlineMs,
      restMs: 0,
    },
    signal,
  );
  const garbage = line.counters.noiseBytes + line.counters.crcErrors > before;
  if (reply.ok) return { kind: 'meter', address: addressText(reply.value.value.address) };
  return { kind: garbage || reply.error.kind === 'malformed' ? 'several' : 'silence' };
}

function proposal(link: WireLink, type: string, address: string): Proposal {
  const { replyTimeoutMs: _search, ...yaml } = link;
  return {
    link: yaml,
    device: { address },
    profiles: [type === '11' ? 'cjt188/cardwatch/hot-water-meter' : 'cjt188/cardwatch/cold-water-meter'],
    evidence: `answered read address with ${address}, maker ${address.slice(0, 4)}, T=${hexByte(Number.parseInt(type, 16))}`,
  };
}
