import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeRecord, type WaterKind } from '../device/record.core.ts';
import type { FaultLabel } from '../faults/fault.ts';
import { type LogEntry, logEntry, logLine } from './log.core.ts';
import { Truth } from './truth.ts';

const raw = (recordNo: number, kind: WaterKind, amountFen: number): Uint8Array =>
  encodeRecord({
    recordNo,
    kind,
    session: 1,
    card: '0020000000000001',
    counter: 1,
    clock: undefined,
    balanceBeforeFen: 100,
    balanceAfterFen: 40,
    amountFen,
    waterDl: 0,
    seconds: 0,
    batch: 1,
    samCounter: 1,
  });

function add(
  truth: Truth,
  no: number,
  kind: WaterKind,
  fen: number,
  options: { generation?: number; overwroteNo?: number } = {},
): void {
  truth.add({
    kind: 'record',
    deviceId: 'd-1',
    generation: options.generation ?? 1,
    raw: raw(no, kind, fen),
    overwroteNo: options.overwroteNo,
  });
}

describe('the truth', () => {
  it('sums turnover and hashes recordNo:kind:amountFen lines, also when asked in between', () => {
    const truth = new Truth();
    add(truth, 1, 'waterHold', 60);
    expect(truth.rows()).toHaveLength(1);
    add(truth, 2, 'waterContinue', 60);
    add(truth, 3, 'waterRelease', 45);
    add(truth, 4, 'reversal', 60);
    const hash = createHash('sha256')
      .update('1:waterHold:60\n2:waterContinue:60\n3:waterRelease:45\n4:reversal:60\n')
      .digest('hex');
    expect(truth.rows()).toEqual([
      { deviceId: 'd-1', generation: 1, count: 4, amountFen: 15, firstRecordNo: 1, lastRecordNo: 4, hash },
    ]);
  });

  it('keeps store lives apart and refuses a hole', () => {
    const truth = new Truth();
    add(truth, 1, 'waterHold', 60);
    add(truth, 1, 'waterHold', 50, { generation: 2 });
    expect(truth.rows().map(({ generation, count, amountFen }) => [generation, count, amountFen])).toEqual([
      [1, 1, 60],
      [2, 1, 50],
    ]);
    expect(() => add(truth, 3, 'waterHold', 60)).toThrow(/follows 1/);
  });

  it('takes numbers that leap, and the last one again when its device died before it could keep it', () => {
    const truth = new Truth();
    const sale = (recordNo: number, amountFen: number): void =>
      truth.take({ deviceId: 'pos-1', generation: 1, recordNo, kind: 'consume', amountFen });
    sale(1_000_001, 100);
    sale(1_000_007, 250);
    truth.rows();
    sale(1_000_007, 300);
    sale(2_000_001, 5);
    expect(truth.rows()[0]).toMatchObject({ count: 3, amountFen: 405, firstRecordNo: 1_000_001, lastRecordNo: 2_000_001 });
    expect(truth.rows()[0]?.hash).toBe(
      createHash('sha256').update('1000001:consume:100\n1000007:consume:300\n2000001:consume:5\n').digest('hex'),
    );
    expect(() => sale(1_000_001, 1)).toThrow(/comes after/);
  });

  it('tells overwritten records as ranges and fen', () => {
    const truth = new Truth();
    for (let no = 1; no <= 10; no++) add(truth, no, no === 2 ? 'waterRelease' : 'waterHold', 10 * no);
    for (const [no, overwroteNo] of [
      [11, 1],
      [12, 2],
      [13, 5],
    ] as const)
      add(truth, no, 'waterHold', 1, { overwroteNo });
    expect(truth.overwritten()).toEqual([
      {
        deviceId: 'd-1',
        generation: 1,
        count: 3,
        amountFen: 10 - 20 + 50,
        ranges: [
          [1, 2],
          [5, 5],
        ],
      },
    ]);
  });

  it('gives records in pages over store lives', () => {
    const truth = new Truth();
    for (const generation of [1, 2]) for (let no = 1; no <= 3; no++) add(truth, no, 'waterHold', no, { generation });
    const page = truth.records('d-1', { generation: 1, recordNo: 2 }, 3);
    expect(page.map(({ generation, recordNo }) => [generation, recordNo])).toEqual([
      [1, 2],
      [1, 3],
      [2, 1],
    ]);
    expect(truth.records('unknown', { generation: 0, recordNo: 0 }, 3)).toEqual([]);
  });
});

describe('the log', () => {
  const label: FaultLabel = { id: 'f1', type: 'silent', start: 1, devices: ['d-1'], expected: 'offline/noReply' };
  const entries: readonly LogEntry[] = [
    { kind: 'record', deviceId: 'd-1', generation: 2, raw: raw(7, 'waterHold', 60), overwroteNo: undefined },
    { kind: 'record', deviceId: 'd-1', generation: 2, raw: raw(8, 'reversal', 60), overwroteNo: 3 },
    { kind: 'tail', deviceId: 'd-1', tail: 511 },
    { kind: 'boot', deviceId: 'd-1' },
    { kind: 'storeInit', deviceId: 'd-1' },
    { kind: 'clock', deviceId: 'd-1', offsetMs: -90_000 },
    { kind: 'clock', deviceId: 'd-1', offsetMs: undefined },
    { kind: 'meter', deviceId: 'd-1', meterDl: 12_345 },
    { kind: 'fault', label },
    { kind: 'sale', record: { deviceId: 'pos-1', generation: 1, recordNo: 7_000_012, kind: 'consume', amountFen: 1_250 } },
    { kind: 'pass', pass: { deviceId: 'gate-1', generation: 1, eventNo: 9, result: 'denied', method: 'face', at: 5 } },
    { kind: 'purse', card: '6217002200000007', balanceFen: 4_210, counter: 65_535 },
  ];
  it.each(entries.map((entry) => [entry.kind, entry] as const))('reads back %s', (_, entry) => {
    expect(logEntry(logLine(entry))).toEqual(entry);
  });

  it.each([
    '',
    'r',
    'r d-1',
    'r d-1 1 00ff',
    't d-1',
    'm d-1 x',
    'c d-1',
    'f {"id":1}',
    'f {',
    'p {}',
    'g {"deviceId":"x"}',
    'z d-1 1',
    'a 6217 100 1',
    'a 6217002200000007 100',
  ])('takes nothing from %j', (line) => {
    expect(logEntry(line)).toBeUndefined();
  });
});
