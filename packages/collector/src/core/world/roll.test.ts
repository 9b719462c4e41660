import { type EpochMs, epochMs, SeededRandom, secondMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { defaultVersion, rules, type Settled, type SettledLook, settle } from '../rules/registry.core.ts';
import { alarmOf, at, SampleWorld } from '../rules/sample-world.core.ts';
import { inService, lineIdOf, type RollKey } from './roll.core.ts';
import type { DeviceFact } from './world.core.ts';

const start = at('11:30');
const ids = Array.from({ length: 40 }, (_, no) => `d-${no}`);

const choices = {
  kind: ['pos', 'pos', 'gate', 'shower', 'meter', 'network'],
  state: ['online', 'online', 'offline', 'unknown', 'degraded', 'sellingOffline', 'maintenance', 'disabled'],
  cause: [null, 'noReply', 'agentLost', 'authFailed', 'identityChanged', 'neverSeen', 'storeNearlyFull'],
  agentId: ['agent-a', 'agent-b'],
  campus: ['east', 'west'],
  area: [null, 'east/b1/hall', 'east/b2/hall', 'west/b3/gate'],
  areaType: ['canteen', 'dorm', 'bathhouse', null],
  line: ['bus-1', 'bus-2'],
  maintenance: [false, false, false, true],
} as const satisfies { readonly [K in keyof DeviceFact]?: readonly DeviceFact[K][] };

class History {
  readonly sample = new SampleWorld();
  readonly #random: SeededRandom;
  now: EpochMs = start;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.sample.agent('agent-a', { since: start }).agent('agent-b', { since: start });
  }

  /** One fact of a device, one that goes, an alarm that it tells, or an agent that comes and goes. */
  step(): void {
    this.now = epochMs(this.now + Math.floor(this.#random.next() * 20) * secondMs);
    const deviceId = this.#one(ids);
    const { world } = this.sample;
    const dice = this.#random.next();
    if (dice < 0.08) world.deviceGone(deviceId, this.now);
    else if (dice < 0.14) world.event(alarmOf(deviceId, this.#one(['accountLocked', 'identityChanged']), dice < 0.12, this.now));
    else if (dice < 0.17) this.#agent(dice < 0.155 ? 'offline' : 'online');
    else this.#device(deviceId, world.devices.get(deviceId));
  }

  #agent(state: 'online' | 'offline'): void {
    this.sample.agent(this.#one(choices.agentId), { state, since: this.now });
  }

  /** A new one is anything; one that is known changes its state, and now and then all of itself. */
  #device(deviceId: string, known: DeviceFact | undefined): void {
    const state = this.#one(choices.state);
    const of = { state, cause: state === 'online' ? null : this.#one(choices.cause), since: this.now };
    if (known !== undefined && this.#random.next() < 0.8) return this.sample.world.device({ ...known, ...of }, this.now);
    this.sample.device(deviceId, {
      ...of,
      kind: this.#one(choices.kind),
      agentId: this.#one(choices.agentId),
      campus: this.#one(choices.campus),
      area: this.#one(choices.area),
      areaType: this.#one(choices.areaType),
      line: this.#one(choices.line),
      maintenance: this.#one(choices.maintenance),
      uncollected: Math.floor(this.#random.next() * 6_000),
      driftMs: Math.floor(this.#random.next() * 400_000),
      upstream: this.#random.next() < 0.5 ? [] : [[this.#one(ids), this.#one(ids)], [this.#one(ids)]],
    });
  }

  #one<T>(of: readonly T[]): T {
    const found = of[Math.floor(this.#random.next() * of.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }
}

const walks: Readonly<Record<RollKey, (device: DeviceFact) => string | null>> = {
  kind: ({ kind }) => kind,
  state: ({ state }) => (state === 'online' ? null : state),
  cause: ({ cause }) => cause,
  agent: ({ agentId }) => agentId,
  campus: ({ campus }) => campus,
  terminals: ({ kind, area }) => (kind === 'pos' ? area : null),
  canteens: ({ kind, area, areaType }) => (kind === 'pos' && areaType === 'canteen' ? area : null),
  lanes: ({ kind, area }) => (kind === 'gate' ? area : null),
  lines: lineIdOf,
  controllers: (device) => (device.kind === 'shower' ? lineIdOf(device) : null),
};

function walked(devices: readonly DeviceFact[], keysOf: (device: DeviceFact) => readonly (string | null)[]) {
  const groups = new Map<string, DeviceFact[]>();
  for (const device of devices)
    for (const key of new Set(keysOf(device))) {
      if (key === null) continue;
      groups.set(key, [...(groups.get(key) ?? []), device]);
    }
  return groups;
}

const looks: readonly Settled[] = rules.flatMap(({ id }) => {
  const version = defaultVersion(id, start);
  const settled = version === undefined ? undefined : settle(version);
  return settled?.ok === true && livesOnTheWorld(settled.value) ? [settled.value] : [];
});

/** A watcher that is told of nothing remembers nothing either. */
function livesOnTheWorld(rule: Settled): boolean {
  return rule.shape === 'look' || (!rule.wants.money && !rule.wants.event);
}

/** As the watch asks them, look by look. */
const begun = (): readonly Pick<SettledLook, 'look'>[] => looks.map((rule) => (rule.shape === 'look' ? rule : rule.start()));

const findingsOf = ({ world }: SampleWorld, now: EpochMs, asked = begun()): readonly string[] =>
  asked.flatMap((rule) => rule.look(world, now).map((found) => JSON.stringify(found))).toSorted();

const seeds = Array.from({ length: 12 }, (_, no) => no + 1);

describe('the roll', () => {
  test.each(seeds)('is what a walk over all devices finds, after any history (seed %i)', (seed) => {
    const history = new History(seed);
    const { world } = history.sample;
    for (let steps = 0; steps < 400; steps++) {
      history.step();
      const all = [...world.devices.values()];
      const served = all.filter(inService);
      expect(world.roll.inService).toEqual(served);
      for (const [key, keyOf] of Object.entries(walks) as [RollKey, (typeof walks)[RollKey]][])
        expect(world.roll.by(key)).toEqual(walked(served, (device) => [keyOf(device)]));
      expect(world.roll.children).toEqual(walked(all, ({ upstream }) => upstream.flat()));
      for (const campus of choices.campus)
        for (const kind of choices.kind)
          expect(world.roll.heads(campus, kind)).toBe(all.filter((one) => one.campus === campus && one.kind === kind).length);
      expect([...world.roll.maintained].toSorted()).toEqual(
        all
          .filter(({ maintenance }) => maintenance)
          .map(({ deviceId }) => deviceId)
          .toSorted(),
      );
    }
    expect(world.devices.size).toBeGreaterThan(20);
  });

  test.each(seeds)('finds what a start with the same facts finds, rule by rule (seed %i)', (seed) => {
    const history = new History(seed + 100);
    const asked = begun();
    let seen = 0;
    for (let steps = 0; steps < 300; steps++) {
      history.step();
      if (steps % 10 !== 0) continue;
      const { world } = history.sample;
      const anew = new SampleWorld();
      for (const agent of world.agents.values()) anew.world.agent(agent);
      for (const device of world.devices.values()) anew.world.device(device, history.now);
      for (const [deviceId, alarms] of world.deviceAlarms)
        for (const [alarm, since] of alarms) anew.event(alarmOf(deviceId, alarm, true, since));
      const found = findingsOf(history.sample, history.now, asked);
      expect(found).toEqual(findingsOf(anew, history.now));
      seen += found.length;
    }
    expect(seen).toBeGreaterThan(100);
  });

  test('rules that ask for those concerned alone find what a walk over all finds', () => {
    let seen = 0;
    for (const seed of seeds) {
      const history = new History(seed + 200);
      const { world } = history.sample;
      for (let steps = 0; steps < 200; steps++) {
        history.step();
        for (const [rule, cause, alarm] of [
          ['authFailed', 'authFailed', 'accountLocked'],
          ['identityChanged', 'identityChanged', 'identityChanged'],
        ] as const) {
          const concerned = [...world.devices.values()].filter(
            (device) =>
              inService(device) &&
              (device.cause === cause ||
                (device.state === 'unknown' && device.cause === 'agentLost') ||
                world.deviceAlarms.get(device.deviceId)?.has(alarm) === true),
          );
          const settled = looks.find(({ version }) => version.rule === rule);
          const found = settled?.shape === 'look' ? settled.look(world, history.now) : [];
          expect(found.map(({ subject }) => subject.id).toSorted()).toEqual(concerned.map(({ deviceId }) => deviceId).toSorted());
          seen += found.length;
        }
      }
    }
    expect(seen).toBeGreaterThan(1_000);
  });
});
