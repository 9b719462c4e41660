import { ClockQuality, CollectMode, MoneyLine, RecordKind, RecordMode, TransactionRecord } from '@cardwatch/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MoneyScan, scanned, scannedFields } from './money-scan.core.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const chars = (alphabet: string, min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...alphabet.split('')), { minLength: min, maxLength: max }).map((list) => list.join(''));
const alnum = 'abcdefghijklmnopqrstuvwxyz0123456789';
const hash = chars('0123456789abcdef', 32, 32);
const sealed = fc.tuple(chars(alnum, 1, 16), chars(`${alnum}ABCXYZ_-`, 38, 80)).map(([key, body]) => `${key}.${body}`);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const time = fc.integer({ min: 0, max: 32_503_680_000_000 });
const text = (max: number): fc.Arbitrary<string> =>
  fc.oneof({ weight: 40, arbitrary: chars(`${alnum} :@/-.`, 0, max) }, { weight: 1, arbitrary: fc.string({ maxLength: max }) });
const litres = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 9_999 }).map((tenths) => tenths / 10) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1e9, noNaN: true }) },
);

const record: fc.Arbitrary<object> = fc.record(
  {
    type: fc.constant('transaction'),
    deviceId: chars(`${alnum}-`, 1, 63).filter((id) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(id)),
    generation: fc.integer({ min: 1, max: 0xffff_ffff }),
    recordNo: u32,
    contentHash: hash,
    kind: fc.constantFrom(...RecordKind.options),
    amountFen: fc.integer({ min: 0, max: 1e9 }),
    surchargeFen: fc.integer({ min: 0, max: 1e9 }),
    balanceBeforeFen: fc.integer({ min: -1e9, max: 1e9 }),
    balanceAfterFen: fc.integer({ min: -1e9, max: 1e9 }),
    cardRef: hash,
    cardTail: chars('0123456789', 1, 4),
    purseNo: fc.integer({ min: 0, max: 255 }),
    cardCounter: u32,
    cardSealed: sealed,
    rawSealed: sealed,
    mode: fc.constantFrom(...RecordMode.options),
    quantity: fc.record({ value: litres, unit: fc.constantFrom('L', 'kWh') }),
    durationS: fc.integer({ min: 0, max: 1_000_000 }),
    sessionRef: text(64),
    terminalNo: text(32),
    samNo: text(32),
    samCounter: u32,
    batchNo: u32,
    operatorNo: text(32),
    merchantNo: text(32),
    reversalOf: text(64),
    observedAt: time,
    observedText: text(32),
    clockQuality: fc.constantFrom(...ClockQuality.options),
    driftMs: fc.integer({ min: -1e12, max: 1e12 }),
    recordedAt: time,
    collectMode: fc.constantFrom(...CollectMode.options),
    profile: text(128),
    checks: fc.record({
      record: fc.constantFrom('ok', 'bad'),
      tac: fc.constantFrom('ok', 'bad', 'unverified'),
      balance: fc.constantFrom('ok', 'bad', 'absent'),
    }),
  },
  {
    requiredKeys: [
      ...([
        'type',
        'deviceId',
        'generation',
        'recordNo',
        'contentHash',
        'kind',
        'amountFen',
        'cardRef',
        'cardTail',
        'purseNo',
      ] as const),
      ...([
        'rawSealed',
        'mode',
        'observedAt',
        'observedText',
        'clockQuality',
        'recordedAt',
        'collectMode',
        'profile',
        'checks',
      ] as const),
    ],
  },
);

/** What JSON and the schema make of a line. */
function slowly(line: Uint8Array): TransactionRecord | undefined {
  try {
    const parsed = MoneyLine.safeParse(JSON.parse(decoder.decode(line)));
    return parsed.success && parsed.data.type === 'transaction' ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (scan: MoneyScan, line: Uint8Array, field: number): string =>
  decoder.decode(line.subarray(scan.starts[field], scan.ends[field]));
const orNaN = (value: number | undefined): number => value ?? Number.NaN;

function expectSame(scan: MoneyScan, line: Uint8Array, wanted: TransactionRecord): void {
  const numbers = [
    'generation',
    'recordNo',
    'amountFen',
    'balanceBeforeFen',
    'balanceAfterFen',
    'cardCounter',
    'observedAt',
  ] as const;
  for (const name of numbers) expect([name, scan.numbers[scanned[name]]]).toEqual([name, orNaN(wanted[name])]);
  for (const name of ['deviceId', 'contentHash', 'cardRef', 'cardTail', 'profile'] as const) {
    expect([name, textOf(scan, line, scanned[name])]).toEqual([name, wanted[name]]);
  }
  expect(RecordKind.options[scan.numbers[scanned.kind] ?? -1]).toBe(wanted.kind);
}

test('every field of the contract is scanned, in whatever order', () => {
  expect([...scannedFields].sort()).toEqual(Object.keys(TransactionRecord.shape).sort());
});

describe('a line is taken as the contract takes it', () => {
  test('records in any order of keys', () => {
    const scan = new MoneyScan();
    let taken = 0;
    let made = 0;
    fc.assert(
      fc.property(record, fc.boolean(), (json, backwards) => {
        const entries = Object.entries(json);
        const line = encoder.encode(JSON.stringify(Object.fromEntries(backwards ? entries.reverse() : entries)));
        made++;
        const wanted = slowly(line);
        expect(wanted).toBeDefined();
        if (!scan.scan(line, 0, line.length) || wanted === undefined) return;
        taken++;
        expectSame(scan, line, wanted);
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(made / 3);
  });

  test('lines with one byte changed, taken away or doubled', () => {
    const scan = new MoneyScan();
    let taken = 0;
    const mutation = fc.record({
      at: fc.nat(),
      how: fc.constantFrom('set', 'drop', 'double', 'swap'),
      byte: fc.constantFrom(...encoder.encode('"\\{},:0123456789-+.eE aAzZ_\u0000\u001f~')),
    });
    fc.assert(
      fc.property(record, fc.array(mutation, { minLength: 1, maxLength: 2 }), (json, mutations) => {
        let bytes = [...encoder.encode(JSON.stringify(json))];
        for (const { at, how, byte } of mutations) {
          const place = at % bytes.length;
          if (how === 'set') bytes[place] = byte;
          else if (how === 'drop') bytes.splice(place, 1);
          else if (how === 'double') bytes.splice(place, 0, bytes[place] ?? 0);
          else bytes = [...bytes.slice(0, place), bytes[place + 1] ?? 0, bytes[place] ?? 0, ...bytes.slice(place + 2)];
        }
        const line = Uint8Array.from(bytes);
        if (!scan.scan(line, 0, line.length)) return;
        const wanted = slowly(line);
        expect(wanted).toBeDefined();
        if (wanted !== undefined) expectSame(scan, line, wanted);
        taken++;
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

const plain = {
  type: 'transaction',
  deviceId: 'd-1',
  generation: 1,
  recordNo: 7,
  contentHash: 'a'.repeat(32),
  kind: 'consume',
  amountFen: 60,
  cardRef: 'b'.repeat(32),
  cardTail: '1234',
  purseNo: 1,
  rawSealed: `k1.${'A'.repeat(38)}`,
  mode: 'cardOffline',
  quantity: { value: 12.5, unit: 'L' },
  observedAt: 1_795_392_000_000,
  observedText: '2026-11-23 08:00:00',
  clockQuality: 'ok',
  recordedAt: 1_795_392_000_500,
  collectMode: 'poll',
  profile: 'modbus/cardwatch/ring-shower@1',
  checks: { record: 'ok', tac: 'unverified', balance: 'ok' },
};
const line = JSON.stringify(plain);

test.each([
  ['as an agent writes it', line, true],
  ['a space', line.replace('":', '": '), false],
  ['an escape', line.replace('d-1', 'd\\u002d1'), false],
  ['a doubled key', line.replace('{', '{"recordNo":8,'), false],
  ['an unknown key', line.replace('{', '{"x":8,'), false],
  ['a prototype', line.replace('{', '{"__proto__":{},'), false],
  ['a key too few', line.replace('"purseNo":1,', ''), false],
  ['a leading zero', line.replace('"recordNo":7', '"recordNo":07'), false],
  ['an exponent', line.replace('"recordNo":7', '"recordNo":7e0'), false],
  ['a fraction', line.replace('"recordNo":7', '"recordNo":7.0'), false],
  ['minus zero', line.replace('"amountFen":60', '"amountFen":-0'), false],
  ['a negative amount', line.replace('"amountFen":60', '"amountFen":-1'), false],
  ['the largest amount', line.replace('"amountFen":60', '"amountFen":1000000000'), true],
  ['one fen more', line.replace('"amountFen":60', '"amountFen":1000000001'), false],
  ['a card tail of five', line.replace('1234', '12345'), false],
  ['beyond ASCII', line.replace('08:00:00', '八点'), false],
  ['something behind it', `${line}1`, false],
  ['cut short', line.slice(0, -1), false],
  ['nothing', '', false],
])('%s', (_what, given, wanted) => {
  const bytes = encoder.encode(given);
  expect(new MoneyScan().scan(bytes, 0, bytes.length)).toBe(wanted);
});
