/** Every driver of a serial wire or of Modbus/TCP against every fault, on every kind of connection that it knows, in virtual time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Observation, type PollCapability, createRegistry, protocolNames, protocolOf } from '@cardwatch/drivers';
import { drive, elapse, scriptedIo } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type DurationMs, SeededRandom, type VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { profileNames } from '../golden/case.ts';
import { type Fault, type FaultBench, type Wire, faults } from './fault-rows.ts';
import { meterBenches } from './meters-bench.ts';
import { modbusBenches } from './modbus-bench.ts';

const benches: readonly FaultBench[] = [...modbusBenches, ...meterBenches];
const signal = new AbortController().signal;
let visited = 0;

/** Links whose bytes go over one line, a question at a time. The other protocols have fault rows of their own in their folders. */
const lineKinds = ['rtuOverTcp', 'serial', 'modbusTcp'];
const ownRows: readonly string[] = ['framed'];
const onLines = protocolNames
  .filter((name) => !ownRows.includes(name))
  .flatMap((protocol) =>
    Object.keys(protocolOf(protocol)?.links ?? {})
      .filter((kind) => lineKinds.includes(kind))
      .map((kind) => `${protocol} over ${kind}`),
  );

test('every protocol of a line has benches, one for each kind of connection', () => {
  expect(benches.map(({ protocol, connection }) => `${protocol} over ${String(connection['kind'])}`).sort()).toEqual(
    onLines.sort(),
  );
  expect(benches).toHaveLength(7);
});

test('every protocol has a page and a model with a data sheet', () => {
  for (const protocol of protocolNames) {
    expect(existsSync(join(profileRoot, protocol, 'README.md'))).toBe(true);
    const models = profileNames(profileRoot).filter((name) => name.startsWith(`${protocol}/`));
    expect(models.length).toBeGreaterThan(0);
    for (const model of models) expect(existsSync(join(profileRoot, model, 'datasheet.md'))).toBe(true);
  }
});

test('every bench has every row', () => {
  for (const { rows } of benches) expect(Object.keys(rows).sort()).toEqual([...faults].sort());
});

const values = ({ readings }: Observation): Record<string, unknown> =>
  Object.fromEntries(readings.map(({ point, raw }) => [point, raw]));

interface Opened {
  readonly poll: PollCapability;
  readonly counters: Readonly<Record<string, unknown>>;
  readonly clock: VirtualClock;
  close(): Promise<void>;
}

/** The fault strikes the first request; all later ones are answered soundly after 5 ms. */
async function open(bench: FaultBench, fault: Fault): Promise<Opened> {
  const driver = createRegistry(new SeededRandom(3)).get(bench.protocol);
  if (driver === undefined) throw new Error(`no driver ${bench.protocol}`);
  let requests = 0;
  const { io, clock } = scriptedIo((request, stream) => {
    requests++;
    const reply = bench.answer(request) ?? new Uint8Array();
    const wire: Wire = {
      request,
      reply,
      feed: (bytes, afterMs = 5) => void clock.after(afterMs, () => stream.feed(bytes)),
      reset: () => stream.reset(),
    };
    if (requests === 1) bench.rows[fault].act(wire);
    else wire.feed(reply);
  });
  const opened = await driver.open(driver.connection.parse(bench.connection), driver.profile.parse(bench.profile), io);
  if (!opened.ok || opened.value.poll === undefined || opened.value.line === undefined)
    throw new Error('a session that polls a line');
  return { poll: opened.value.poll, counters: lineOf(opened.value.line), clock, close: opened.value.close };
}

const lineOf = (line: object): Readonly<Record<string, unknown>> => line as Readonly<Record<string, unknown>>;

describe.each(benches)('$protocol over $connection.kind', (bench) => {
  test.each(faults.map((fault) => [fault] as const))('%s', async (fault) => {
    const row = bench.rows[fault];
    const { poll, clock, close, counters } = await open(bench, fault);
    const first = await drive(clock, poll.run(bench.first.task, signal));
    expect(first.ok ? 'ok' : first.error.kind).toBe(row.outcome);
    if (first.ok) expect(values(first.value)).toEqual(bench.first.values);
    const startedMs: DurationMs = clock.mono();
    const other = await drive(clock, poll.run(bench.second.task, signal));
    expect(other.ok && values(other.value)).toEqual(bench.second.values);
    const again = await drive(clock, poll.run(bench.first.task, signal));
    expect(again.ok && values(again.value)).toEqual(bench.first.values);
    expect(clock.mono() - startedMs).toBeLessThan(2_000);
    expect(counters).toMatchObject(row.counters ?? {});
    await close();
    await elapse(clock, 60_000);
    visited++;
  });
});

test('every row of every bench was run', () => {
  expect(visited).toBe(benches.length * faults.length);
});
