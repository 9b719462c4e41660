import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { Observation, PollCapability } from '../contract.ts';
import { createRegistry } from '../registry.ts';
import { answerRtu } from '../scripted/register-slave.ts';
import { type RingSlave, ringRegisters, ringSlave } from '../scripted/ring-slave.ts';
import { type FarSide, drive, scriptedIo } from '../scripted/stream.ts';
import { ringProfile } from '../scripted/ring-profile.ts';

const connection = { kind: 'rtuOverTcp', host: 'h', port: 1, unit: 1 };
const never = new AbortController().signal;

interface Bench {
  readonly poll: PollCapability;
  settle<T>(promise: Promise<T>): Promise<T>;
  records(): Promise<Observation>;
}

function bench(slave: RingSlave, between: (request: Uint8Array) => void = () => {}): Promise<Bench> {
  return benchOf((written, stream) => {
    between(written);
    const reply = answerRtu(slave, written);
    if (reply !== undefined) stream.feed(reply);
  });
}

async function benchOf(far: FarSide): Promise<Bench> {
  const { io, clock } = scriptedIo(far);
  const driver = createRegistry(new SeededRandom(1)).get('modbus');
  if (driver === undefined) throw new Error('modbus is registered');
  const opened = await driver.open(driver.connection.parse(connection), ringProfile({ recordsPerRun: 12 }), io);
  if (!opened.ok || opened.value.poll === undefined) throw new Error('a session that polls');
  const { poll } = opened.value;
  const settle = <T>(promise: Promise<T>): Promise<T> => drive(clock, promise);
  return {
    poll,
    settle,
    records: async () => {
      const observed = await settle(poll.run('records', never));
      if (!observed.ok) throw new Error(JSON.stringify(observed.error));
      return observed.value;
    },
  };
}

const noConfirm = (): Promise<never> => Promise.reject(new Error('no confirm'));

const numbers = (observation: Observation): (number | undefined)[] => observation.records.map((record) => record.recordNo);

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('ring readout', () => {
  test('hands over everything in order over several runs, across the end of the ring, and confirms each run once', async () => {
    const slave = ringSlave({ capacity: 16, records: 13 });
    slave.set(ringRegisters.tail, 10);
    for (let i = 0; i < 9; i++) slave.append();
    const { records, settle } = await bench(slave);
    const first = await records();
    expect(numbers(first)).toEqual(upTo(11, 22));
    expect(first.more).toBe(false);
    expect(first.facts).toMatchObject({ newestRecordNo: 22, uncollected: 12, freeRecords: 3, bootCounter: 1, storeLife: 1 });
    expect(await settle(first.confirm?.(never) ?? noConfirm())).toEqual({
      ok: true,
      value: undefined,
    });
    expect(slave.get(ringRegisters.tail)).toBe(slave.get(ringRegisters.head));
    const second = await records();
    expect(numbers(second)).toEqual([]);
    expect(second.confirm).toBeUndefined();
  });

  test('says more as long as records remain', async () => {
    const slave = ringSlave({ records: 30 });
    const { records, settle } = await bench(slave);
    const seen: (number | undefined)[] = [];
    const more: boolean[] = [];
    for (let run = 0; run < 3; run++) {
      const observed = await records();
      seen.push(...numbers(observed));
      more.push(observed.more);
      await settle(observed.confirm?.(never) ?? noConfirm());
    }
    expect(seen).toEqual(upTo(1, 30));
    expect(more).toEqual([true, true, false]);
  });

  test('an unconfirmed run comes again', async () => {
    const { records } = await bench(ringSlave({ records: 3 }));
    expect(numbers(await records())).toEqual([1, 2, 3]);
    expect(numbers(await records())).toEqual([1, 2, 3]);
  });

  test('a record with a wrong checksum keeps its bytes and the number of its place and hides nobody', async () => {
    const slave = ringSlave({ records: 4 });
    slave.damage(1);
    const { records } = await bench(slave);
    const observed = await records();
    expect(observed.records.map(({ recordNo, check, fields }) => [recordNo, check, fields?.['cardNo']])).toEqual([
      [1, 'ok', '6225000000000014'],
      [2, 'bad', undefined],
      [3, 'ok', '6225000000000014'],
      [4, 'ok', '6225000000000014'],
    ]);
    expect(observed.records[1]?.raw.length).toBe(48);
  });

  test.each([
    ['boot counter', ringRegisters.boot, 2],
    ['store life', ringRegisters.life, 2],
    ['tail', ringRegisters.tail, 1],
  ])('a change of the %s during the run drops the batch', async (_, register, value) => {
    const slave = ringSlave({ records: 3 });
    let requests = 0;
    const { records } = await bench(slave, () => {
      requests++;
      if (requests === 3) slave.set(register, value);
    });
    const observed = await records();
    expect(requests).toBe(3);
    expect(observed).toMatchObject({ records: [], more: true, failures: [{ failure: { kind: 'malformed' } }] });
    expect(observed.confirm).toBeUndefined();
  });

  test('a restart between read and confirmation refuses to move tail', async () => {
    const slave = ringSlave({ records: 3 });
    const { records, settle } = await bench(slave);
    const { confirm } = await records();
    slave.set(ringRegisters.life, 2);
    expect(await settle(confirm?.(never) ?? noConfirm())).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    expect(slave.get(ringRegisters.tail)).toBe(0);
  });

  test('a confirmation after the device overwrote past it writes nothing', async () => {
    const slave = ringSlave({ capacity: 16, records: 3 });
    const { records, settle } = await bench(slave);
    const { confirm } = await records();
    for (let i = 0; i < 20; i++) slave.append();
    const tail = slave.get(ringRegisters.tail);
    expect(await settle(confirm?.(never) ?? noConfirm())).toMatchObject({ ok: true });
    expect(slave.get(ringRegisters.tail)).toBe(tail);
  });
});

describe('behind an adapter that sends requests back', () => {
  test.each([
    ['taken', true],
    ['lost on its way', false],
  ])('the echo of the confirmation is not its reply: %s', async (_, taken) => {
    const slave = ringSlave({ records: 3 });
    const far: FarSide = (written, stream) => {
      stream.feed(written);
      if (written[1] === 6 && !taken) return;
      stream.feed(answerRtu(slave, written) ?? new Uint8Array());
    };
    const { records, settle } = await benchOf(far);
    const { confirm } = await records();
    const confirmed = await settle(confirm?.(never) ?? noConfirm());
    expect(confirmed.ok).toBe(taken);
    expect(slave.get(ringRegisters.tail)).toBe(taken ? 3 : 0);
  });
});

describe('recollection by number', () => {
  test('reads acknowledged records while they stand, tells the rest as overwritten', async () => {
    const slave = ringSlave({ capacity: 16, records: 40 });
    slave.set(ringRegisters.tail, slave.get(ringRegisters.head));
    const { poll, settle } = await bench(slave);
    const again = await settle(poll.recollect?.({ from: 20, to: 30 }, never) ?? Promise.reject(new Error('no recollect')));
    expect(again).toMatchObject({ ok: true, value: { overwritten: [[20, 24]] } });
    expect(again.ok && again.value.records.map(({ recordNo }) => recordNo)).toEqual([25, 26, 27, 28, 29, 30]);
  });

  test('verifies the number that stands in each place', async () => {
    const slave = ringSlave({ capacity: 16, records: 10 });
    slave.holding.set(0x1000 + 24 * 4, 7);
    slave.damage(6);
    const { poll, settle } = await bench(slave);
    const again = await settle(poll.recollect?.({ from: 3, to: 12 }, never) ?? Promise.reject(new Error('no recollect')));
    expect(again.ok && again.value.overwritten).toEqual([[11, 12]]);
    expect(again.ok && again.value.records.map(({ recordNo, check }) => [recordNo, check])).toEqual([
      [3, 'ok'],
      [4, 'ok'],
      [5, 'bad'],
      [6, 'ok'],
      [7, 'bad'],
      [8, 'ok'],
      [9, 'ok'],
      [10, 'ok'],
    ]);
  });
});
