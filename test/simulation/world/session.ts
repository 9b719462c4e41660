/**
 * An honest driver session over a simulated terminal: it reads the pointers, then the records from the tail on, while the terminal goes on writing; it hands
 * over what it read and moves the tail only in `confirm()`. Each exchange takes time, may be lost, and may be the last thing the agent ever asked.
 */
import type { DeviceFacts, DriverFailure, Observation, RawFields, RawRecord, Recollection, Session } from '@cardwatch/drivers';
import {
  bcdDigits,
  ByteReader,
  chance,
  crc16Modbus,
  durationMs,
  epochFromShanghai,
  err,
  intBetween,
  ok,
  type Result,
} from '@cardwatch/kernel';
import type { Attention } from '../check/bounds.ts';
import type { Life } from './life.ts';
import type { Pointers, Terminal } from './terminal.ts';
import type { TruthRecord } from './truth.ts';

export interface SessionTimings {
  readonly recordsPeriodMs: number;
  readonly readingsPeriodMs: number;
  /** Records that one task hands over at most. */
  readonly recordsMax: number;
}

const timeoutMs = 1_000;
const closed: DriverFailure = { kind: 'closed' };
const noise: DriverFailure = { kind: 'malformed', detail: 'frame CRC', frameHex: '00ff' };
const noAnswer: DriverFailure = { kind: 'timeout', afterMs: timeoutMs };

interface Taken {
  readonly at: Pointers;
  readonly records: readonly { readonly index: number; readonly record: TruthRecord }[];
  /** As they were handed over. */
  raws: readonly RawRecord[];
}

export function openSession(terminal: Terminal, life: Life, timings: SessionTimings, attention: Attention): Session {
  let open = true;

  /** One exchange with the device: what `ask` does happens in the middle of it. */
  async function exchange<T>(label: string, signal: AbortSignal, ask: () => T): Promise<Result<T, DriverFailure>> {
    if (!open || signal.aborted) return err(closed);
    attention.asked(life.loop.clock.mono());
    const lost = terminal.faults.silent || chance(life.random, terminal.faults.timeout);
    if (lost) {
      life.loop.struck(terminal.faults.silent ? 'question to a silent terminal' : 'question unanswered');
      await life.call(`${label} unanswered`, timeoutMs, nothing, nothing);
      return err(signal.aborted || !open ? closed : noAnswer);
    }
    const garbled = chance(life.random, terminal.faults.garbage);
    const value = await life.call(label, 5 + intBetween(life.random, 0, 60), nothing, ask);
    if (signal.aborted || !open) return err(closed);
    if (!garbled) {
      attention.answered(life.loop.clock.mono());
      return ok(value);
    }
    life.loop.struck('answer garbled');
    return err(noise);
  }

  async function readRecords(signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
    const startedMs = life.clock.mono();
    const pointers = await exchange('read pointers', signal, () => terminal.pointers());
    if (!pointers.ok) return pointers;
    const at = pointers.value;
    const held = (at.head - at.tail + at.capacity) % at.capacity;
    const count = Math.min(held, timings.recordsMax);
    if (count === 0) return ok(observation([], at, false, startedMs));
    const taken = await exchange('read records', signal, () => take(at, held, count));
    if (!taken.ok) return taken;
    const records = taken.value.records.map(({ record }) => rawRecord(record));
    taken.value.raws = records;
    const seen = observation(records, at, held > records.length, startedMs);
    return ok(records.length === 0 ? seen : { ...seen, confirm: (confirmSignal) => confirm(taken.value, confirmSignal) });
  }

  /** Reads slots from the tail on; a slot that was overwritten since the pointers were read ends what can be believed. */
  function take(at: Pointers, held: number, count: number): Taken {
    const oldest = at.newest - held + 1;
    const records: { index: number; record: TruthRecord }[] = [];
    for (let i = 0; i < count; i++) {
      const index = (at.tail + i) % at.capacity;
      const record = terminal.slot(index);
      if (record === undefined || record.serial !== oldest + i || record.storeLife !== at.storeLife) break;
      records.push({ index, record });
    }
    return { at, records, raws: [] };
  }

  async function confirm(taken: Taken, signal: AbortSignal): Promise<Result<void, DriverFailure>> {
    const last = taken.records.at(-1);
    if (last === undefined) return ok(undefined);
    const hears = chance(life.random, terminal.faults.lostConfirm);
    const written = await exchange('confirm', signal, () => {
      // Another store life, or a ring that went once round: the tail that was meant is not there any more.
      if (terminal.pointers().storeLife !== taken.at.storeLife || terminal.slot(last.index) !== last.record) return false;
      for (const [index, { record }] of taken.records.entries())
        record.confirmedAs = Buffer.compare(taken.raws[index]?.raw ?? record.raw, record.raw) === 0 ? 'itself' : 'misread';
      return terminal.writeTail((last.index + 1) % taken.at.capacity);
    });
    if (!written.ok) return written;
    if (hears) {
      life.loop.struck('confirmation unanswered');
      return err(noAnswer);
    }
    return written.value ? ok(undefined) : err({ kind: 'refused', deviceCode: 3, detail: 'illegal data value' });
  }

  function rawRecord(record: TruthRecord): RawRecord {
    const raw = record.raw.slice();
    if (chance(life.random, terminal.faults.misread)) {
      const at = intBetween(life.random, 4, 45);
      raw[at] = (raw[at] ?? 0) ^ (1 << intBetween(life.random, 0, 7));
      terminal.misread(record, raw);
      life.loop.struck('record misread');
    }
    const sound = crc16Modbus(raw.subarray(0, 46)) === ((raw[46] ?? 0) << 8) + (raw[47] ?? 0);
    if (!sound) return { recordNo: record.serial, raw, fields: undefined, check: 'bad', problem: 'record CRC' };
    return { recordNo: record.serial, raw, fields: fieldsOf(raw), check: 'ok' };
  }

  async function recollect(
    range: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<Result<Recollection, DriverFailure>> {
    const first = await exchange('recollect pointers', signal, () => terminal.pointers());
    if (!first.ok) return first;
    return exchange('recollect records', signal, () => readAgain(first.value, range));
  }

  function readAgain({ capacity, newest }: Pointers, range: { readonly from: number; readonly to: number }): Recollection {
    const records: RawRecord[] = [];
    const missing: number[] = [];
    for (let serial = Math.max(1, range.from); serial <= Math.min(range.to, newest); serial++) {
      const record = terminal.slot((serial - 1) % capacity);
      if (record?.serial === serial) records.push(rawRecord(record));
      else missing.push(serial);
    }
    return { records, overwritten: ranges(missing) };
  }

  function observation(records: readonly RawRecord[], at: Pointers, more: boolean, startedMs: number): Observation {
    const rttMs = durationMs(life.clock.mono() - startedMs);
    return { readings: [], records, failures: [], facts: factsOf(at), rttMs, more };
  }

  function factsOf(at: Pointers): DeviceFacts {
    const uncollected = (at.head - at.tail + at.capacity) % at.capacity;
    const text = terminal.clockText();
    return {
      newestRecordNo: at.newest,
      uncollected,
      freeRecords: at.capacity - 1 - uncollected,
      bootCounter: at.bootCounter,
      storeLife: at.storeLifeRegister,
      totalRecords: at.totalRecords,
      totalFen: at.totalFen,
      overwrittenRecords: at.overwritten,
      deviceClock: { text, at: clockOf(text), readAt: life.clock.now() },
    };
  }

  async function readLive(signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
    const startedMs = life.clock.mono();
    const at = await exchange('read live', signal, () => terminal.pointers());
    if (!at.ok) return at;
    const { flow, temperature } = terminal.live();
    const readings = [
      { point: 'flow', raw: flow },
      { point: 'temperature', raw: temperature },
    ];
    return ok({ ...observation([], at.value, false, startedMs), readings });
  }

  return {
    poll: {
      tasks: [
        { name: 'live', periodMs: timings.readingsPeriodMs, yields: 'readings' },
        { name: 'records', periodMs: timings.recordsPeriodMs, yields: 'records' },
      ],
      run: (task, signal) => (task === 'records' ? readRecords(signal) : readLive(signal)),
      recollect,
    },
    close: async () => {
      open = false;
    },
  };
}

/** By the record layout of the data sheet. */
function fieldsOf(raw: Uint8Array): RawFields {
  const reader = new ByteReader(raw);
  return {
    recordNo: reader.u32(),
    kindMark: reader.u8(),
    purseNo: reader.u8(),
    sessionRef: reader.u16(),
    cardNo: bcdDigits(reader.take(8)),
    cardCounter: reader.u16(),
    observedText: bcdDigits(reader.take(6)),
    balanceBefore: reader.u32() | 0,
    balanceAfter: reader.u32() | 0,
    amount: reader.u32(),
    quantity: reader.u16(),
    durationS: reader.u16(),
    batchNo: reader.u16(),
    samCounter: reader.u32(),
  };
}

function clockOf(text: string): ReturnType<typeof epochFromShanghai> {
  const part = (at: number): number => Number(text.slice(at, at + 2));
  return epochFromShanghai({
    year: 2000 + part(0),
    month: part(2),
    day: part(4),
    hour: part(6),
    minute: part(8),
    second: part(10),
  });
}

function ranges(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}

const nothing = (): void => {};
