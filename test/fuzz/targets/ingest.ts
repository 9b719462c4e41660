/** What an agent publishes: batch frames and their lines, hello and reply, up to the rows that would be booked. */
import { constants, zstdCompressSync } from 'node:zlib';
import { BatchReader } from '../../../packages/collector/src/ingest/read-batch.ts';
import { readJson } from '../../../packages/collector/src/ingest/json.ts';
import { MoneyRowsWriter } from '../../../packages/collector/src/ingest/money-rows.core.ts';
import { MoneyScan } from '../../../packages/collector/src/ingest/money-scan.core.ts';
import { openBatch } from '../../../packages/collector/src/ingest/open-batch.ts';
import {
  AgentId,
  batchLimits,
  encodeBatch,
  Hello,
  MoneyLine,
  Reply,
  sessionLimits,
  SiteId,
  splitBatch,
} from '@cardwatch/contracts';
import { chance, epochMs, pick, type Random } from '@cardwatch/kernel';
import { FakeJournal } from '../../collector/support/journal.ts';
import {
  agentHealth,
  deviceGap,
  heartbeat,
  hello,
  morning,
  reading,
  records,
  transaction,
  undecoded,
} from '../../collector/support/records.ts';
import type { z } from 'zod';
import { changeJson } from '../json.ts';
import { mutate } from '../mutate.ts';
import { told, untouched, within } from '../same.ts';
import { choicesOf, type Feed, type Finding, jsonBytes, type Target } from '../target.ts';

const from = { site: SiteId.parse('demo'), agent: AgentId.parse('yb-1') };
const now = epochMs(morning + 3_600_000);
const streams = ['money', 'event', 'health'] as const;

const journals = {
  money: new FakeJournal({ agent: 'yb-1' }).append(...records(1, 6), undecoded(7, 'raw'), transaction({ no: 8, amountFen: 999 })),
  event: new FakeJournal({ agent: 'yb-1', stream: 'event' }).append(deviceGap(410, 415), deviceGap(420, 425)),
  health: new FakeJournal({ agent: 'yb-1', stream: 'health' }).append(
    heartbeat('d-1'),
    reading('d-1', 'temperature', 21.5),
    agentHealth(3),
  ),
};
const bodies = streams.flatMap((stream) => {
  const journal = journals[stream];
  return [
    journal.body(1, 1),
    journal.body(1, journal.last),
    journal.body(1, 2, { lost: 'dropped' }),
    encodeBatch(journal.head(1, 2), journal.lines.slice(0, 2)),
  ];
});
const made = new Set(streams.flatMap((stream) => journals[stream].lines.map((line) => Buffer.from(line).toString('latin1'))));

/** A body changed and packed again, or its frame changed; now and then a frame that says more than it holds. */
function changeBatch(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  const changed = mutate(random, chance(random, 0.3) ? pool : bodies).bytes;
  if (chance(random, 0.4)) return changed;
  if (chance(random, 0.02)) return bomb(random);
  const windowLog = pick(random, [10, 17, 22, 25]);
  return zstdCompressSync(changed, {
    params: {
      [constants.ZSTD_c_compressionLevel]: 1,
      ...(chance(random, 0.1) ? { [constants.ZSTD_c_windowLog]: windowLog } : {}),
    },
  });
}

const bombs = [1, 2, 8].map((mebibytes) => zstdCompressSync(new Uint8Array(mebibytes * 1024 * 1024)));
const bomb = (random: Random): Uint8Array => mutate(random, bombs).bytes;

function openBatches(): Feed {
  const reader = new BatchReader();
  let booked = 0;
  return {
    seeds: [...bodies, ...bodies.map((body) => zstdCompressSync(body)), ...bombs],
    change: changeBatch,
    feed: (input) => {
      const random = choicesOf(input);
      const stream = pick(random, streams);
      const given = within(input, 0xaa);
      const opened = openBatch(from, stream, given);
      if (!untouched(given, input, 0xaa)) return 'wrote into its input';
      if (!opened.ok) return opened.error.detail === '' ? 'a refusal without a reason' : undefined;
      const { body, cut } = opened.value;
      if (body.length > batchLimits.bodyBytes) return `a body of ${body.length} bytes`;
      if (body.buffer.byteLength > 2 * batchLimits.bodyBytes + 256 * 1024)
        return `keeps ${body.buffer.byteLength} bytes for ${body.length}`;
      const lines = Array.from(cut.starts, (start, at) => body.subarray(start, cut.ends[at]));
      if (lines.some((line) => line.length > batchLimits.lineBytes || line.includes(10))) return 'a line that is none';
      const again = splitBatch(encodeBatch(cut.head, lines));
      if (!again.ok || told(again.value) !== told({ head: cut.head, lines })) return 'does not survive writing';
      const read = reader.read(opened.value, now);
      if (!read.ok) return read.error.detail === '' ? 'a refusal without a reason' : undefined;
      booked++;
      if (read.value.stream !== 'money') return undefined;
      return lines.every((line) => made.has(Buffer.from(line).toString('latin1')))
        ? undefined
        : 'a chain that proves lines which nobody made';
    },
    said: () => `${booked} read to the end`,
  };
}

const lineSeeds = [
  ...journals.money.lines,
  ...records(20, 26, { device: 'a' }).map(jsonBytes),
  jsonBytes({ ...transaction({ no: 1 }), quantity: undefined, driftMs: -5, reversalOf: 'x 1' }),
];

/** The scan that looks at bytes alone and the contract: whenever the scan says yes the contract says yes, and to the same row. */
function openLines(): Feed {
  const scan = new MoneyScan();
  let scanned = 0;
  return {
    seeds: lineSeeds,
    change: (random, pool) => (chance(random, 0.5) ? changeJson(random, pool) : mutate(random, pool).bytes),
    feed: (input) => {
      const line = input.subarray(0, batchLimits.lineBytes);
      const place = { seq: 1, start: 24, end: 24 + line.length };
      const [body, other] = [within(line, 0x22), within(line, 0x39)].map(({ buffer }) => new Uint8Array(buffer)) as [
        Uint8Array,
        Uint8Array,
      ];
      const yes = scan.scan(body, place.start, place.end);
      if (!yes) return new MoneyScan().scan(other, place.start, place.end) ? 'what follows a line decides about it' : undefined;
      scanned++;
      const rows = new MoneyRowsWriter(body, 1);
      rows.addScanned(place, scan);
      const parsed = MoneyLine.safeParse(jsonOf(line));
      if (!parsed.success || parsed.data.type !== 'transaction')
        return `the scan takes what the contract refuses: ${parsed.error?.issues[0]?.message ?? 'undecoded'}`;
      const slow = new MoneyRowsWriter(body, 1);
      slow.add(place, parsed.data);
      return told(rows.rows()) === told(slow.rows()) ? undefined : 'the scan makes another row of it';
    },
    said: () => `${scanned} scanned`,
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const replies = [
  { v: 1, id: '00000000-0000-4000-8000-000000000001', outcome: 'done', sentAt: morning },
  { v: 1, id: '00000000-0000-4000-8000-000000000002', outcome: 'partial', detail: 'x', overwritten: [[1, 2]], sentAt: morning },
];

function sessionProblem<T>(input: Uint8Array, schema: z.ZodType<T>): Finding {
  const read = readJson(input, sessionLimits.messageBytes, schema);
  if (!read.ok) return read.error.detail === '' ? 'a refusal without a reason' : undefined;
  const again = readJson(jsonBytes(read.value), sessionLimits.messageBytes, schema);
  return again.ok && told(again.value) === told(read.value) ? undefined : 'does not survive writing';
}

const feedSession = (input: Uint8Array): Finding => sessionProblem(input, Hello) ?? sessionProblem(input, Reply);

export const ingestTargets: readonly Target[] = [
  { name: 'batch', perChange: 10_000, open: () => Promise.resolve(openBatches()) },
  { name: 'money-line', perChange: 40_000, open: () => Promise.resolve(openLines()) },
  {
    name: 'hello-reply',
    perChange: 20_000,
    open: () =>
      Promise.resolve({
        seeds: [hello(), hello({ devices: ['d-1', 'd-2'] }), ...replies].map(jsonBytes),
        change: changeJson,
        feed: feedSession,
      }),
  },
];
