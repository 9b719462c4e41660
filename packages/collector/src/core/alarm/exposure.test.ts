import type { Alarm } from '@cardwatch/contracts/watch';
import { epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { AgentFact, DeviceFact, SlotFigures, World } from '../world/world.core.ts';
import { noExposure } from './entry.core.ts';
import { estimateMsMax, exposureOf, memoryFullAt } from './exposure.core.ts';

const now = epochMs(1_790_000_040_000);
const ago = (minutes: number): ReturnType<typeof epochMs> => epochMs(now - minutes * minuteMs);

const device = (deviceId: string, more: Partial<DeviceFact> = {}): DeviceFact => ({
  deviceId,
  agentId: 'agent-1',
  name: deviceId,
  kind: 'pos',
  profile: 'a/b/c',
  line: 'l',
  campus: 'main',
  area: 'main/canteen-3/hall',
  areaType: 'canteen',
  state: 'online',
  cause: null,
  since: ago(600),
  lastRecordAt: ago(30),
  uncollected: null,
  freeRecords: null,
  blacklistVersion: null,
  parameterVersion: null,
  driftMs: null,
  busErrors: null,
  rttMs: null,
  maintenance: false,
  upstream: [],
  ...more,
});

const agent = (more: Partial<AgentFact> = {}): AgentFact => ({
  agentId: 'agent-1',
  state: 'online',
  since: ago(600),
  backlogRecords: 0,
  backlogOldestAt: null,
  storage: 'ok',
  diskFreeBytes: null,
  clockQuality: 'synced',
  duplicateIdentity: false,
  lines: [],
  ...more,
});

/** Each terminal sells two records a minute of 5 yuan by the baseline; `came` records of 6 yuan came in any span. */
function world(devices: readonly DeviceFact[], agents: readonly AgentFact[], came = 0): World {
  const figures: SlotFigures = {
    records: came,
    amountFen: came * 600,
    offline: 0,
    late: 0,
    failures: 0,
    cards: 0,
    passes: 0,
    denied: 0,
  };
  const part: Partial<World> = {
    devices: new Map(devices.map((one) => [one.deviceId, one])),
    agents: new Map(agents.map((one) => [one.agentId, one])),
    figures: () => figures,
    expected: (id, metric, from, to) =>
      id === 'unlearned'
        ? null
        : { median: ((to - from) / minuteMs) * (metric === 'records' ? 2 : 1_000), mad: 1, days: ['2026-11-16'] },
  };
  return part as World;
}

const about = (kind: 'device' | 'agent', id: string, devices: readonly string[] = []): Alarm =>
  ({ subject: { kind, id }, devices: [...devices] }) as Partial<Alarm> as Alarm;

describe('exposure', () => {
  test('a device that is heard counts what it says, by the money of its day', () => {
    const heard = world([device('a', { uncollected: 10 })], [agent()], 4);
    expect(exposureOf(about('device', 'a'), [], heard, now)).toEqual({
      records: 10,
      fen: 6_000,
      estimated: true,
      oldestAt: ago(30),
    });
    expect(exposureOf(about('device', 'a'), [], world([device('a', { uncollected: 10 })], [agent()]), now).fen).toBeNull();
    expect(exposureOf(about('device', 'a'), [], world([device('a')], [agent()]), now)).toEqual({ ...noExposure, fen: 0 });
  });

  test('a device that is not heard has sold what it sells, less what came', () => {
    const offline = device('a', { state: 'offline', since: ago(25) });
    expect(exposureOf(about('device', 'a'), [], world([offline], [agent()], 10), now)).toEqual({
      records: 40,
      fen: 19_000,
      estimated: true,
      oldestAt: ago(25),
    });
    expect(exposureOf(about('device', 'a'), [], world([{ ...offline, uncollected: 10 }], [agent()], 10), now)).toMatchObject({
      records: 50,
      fen: 25_000,
      oldestAt: ago(30),
    });
  });

  test('behind a lost agent since the agent is lost; three days at most; nothing without a baseline, or of a switch', () => {
    const lost = agent({ state: 'offline', since: ago(5) });
    expect(exposureOf(about('device', 'a'), [], world([device('a')], [lost]), now)).toMatchObject({
      records: 10,
      oldestAt: ago(5),
    });
    const long = device('a', { state: 'unknown', since: epochMs(now - 2 * estimateMsMax) });
    expect(exposureOf(about('device', 'a'), [], world([long], []), now).records).toBe((2 * estimateMsMax) / minuteMs);
    const unlearned = device('unlearned', { state: 'offline' });
    expect(exposureOf(about('device', 'unlearned'), [], world([unlearned], []), now)).toEqual({
      ...noExposure,
      fen: 0,
      estimated: true,
    });
    const network = device('a', { state: 'offline', kind: 'network' });
    expect(exposureOf(about('device', 'a'), [], world([network], []), now).records).toBe(0);
    const future = device('a', { state: 'offline', since: epochMs(now + hourMs) });
    expect(exposureOf(about('device', 'a'), [], world([future], []), now).records).toBe(0);
  });

  test("a cause counts each device of its symptoms once, and each agent's journal once", () => {
    const devices = ['a', 'b', 'c'].map((id) => device(id, { state: 'offline', since: ago(10) }));
    const some = world(devices, [agent({ backlogRecords: 100, backlogOldestAt: ago(90) })]);
    const symptoms = [
      about('device', 'a'),
      about('device', 'a', ['a', 'b']),
      about('agent', 'agent-1', ['b', 'c']),
      about('device', 'gone'),
    ];
    expect(exposureOf(about('agent', 'agent-1', ['a']), symptoms, some, now)).toEqual({
      records: 3 * 20 + 100,
      fen: 30_000,
      estimated: true,
      oldestAt: ago(90),
    });
  });
});

describe('memory', () => {
  test('is full when what is free is sold, by the greater of the last and the next hour', () => {
    const some = device('a', { freeRecords: 240 });
    expect(memoryFullAt(some, world([some], []), now)).toBe(now + 2 * hourMs);
    expect(memoryFullAt(some, world([some], [], 480), now)).toBe(now + hourMs / 2);
    expect(memoryFullAt(device('a'), world([], []), now)).toBeNull();
    expect(memoryFullAt(device('unlearned', { freeRecords: 5 }), world([], []), now)).toBeNull();
    expect(memoryFullAt(device('a', { freeRecords: 0 }), world([], []), now)).toBe(now);
  });
});
