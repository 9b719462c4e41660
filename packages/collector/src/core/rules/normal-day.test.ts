/** A day on which nothing is wrong: people eat, sleep and shower, somebody switches the tills off after each meal. Nothing may be found. */
import { chance, type EpochMs, epochMs, intBetween, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import type { DeviceFact } from '../world/world.core.ts';
import { gateRules } from './gate/index.core.ts';
import { healthRules } from './health/index.core.ts';
import { at, doorOf, moneyOf, passOf, ruleWith, SampleWorld, told } from './sample-world.core.ts';
import { waterRules } from './water/index.core.ts';

const gate = { kind: 'gate', areaType: 'dorm', area: 'main/d1' } as const;
const shower = { kind: 'shower', areaType: 'bathhouse', area: 'main/bath', line: 'bus-1' } as const;
const [terminals, lanes, heads] = [30, 3, 12];

interface Day {
  readonly drawn: SampleWorld;
  readonly random: SeededRandom;
  readonly watching: readonly {
    readonly id: string;
    readonly look: (now: EpochMs) => string;
    readonly settled: ReturnType<typeof running>;
  }[];
}

function running(rule: Parameters<typeof ruleWith>[0]) {
  const settled = ruleWith(rule);
  return settled.shape === 'look' ? { settled, watch: null } : { settled, watch: settled.start() };
}

function begin(seed: number): Day {
  const drawn = new SampleWorld().agent('agent-a').expects('main/d1', 'passes', 30);
  drawn.devices('lane', lanes, gate).devices('head', heads, shower);
  const watching = [...healthRules, ...gateRules, ...waterRules].map(({ id }) => {
    const settled = running(id);
    const look = (now: EpochMs): string => {
      if (settled.watch !== null) return told(settled.watch.look(drawn.world, now));
      return settled.settled.shape === 'look' ? told(settled.settled.look(drawn.world, now)) : '';
    };
    return { id, look, settled };
  });
  return { drawn, random: new SeededRandom(seed), watching };
}

/** Each till goes on up to ten minutes after the opening and off up to ten minutes around closing. */
function tills({ drawn, random }: Day, now: EpochMs): void {
  for (let no = 1; no <= terminals; no++) {
    const deviceId = `pos-${no}`;
    const before = drawn.world.devices.get(deviceId);
    const wanted = isOn(no, now) ? 'online' : 'offline';
    if (before?.state !== wanted) drawn.device(deviceId, till(wanted, now));
    const sells = wanted === 'online' && drawn.world.businessTime('canteen', now).open && chance(random, 0.8);
    if (sells) drawn.money(moneyOf(deviceId, now, { amountFen: intBetween(random, 200, 2_000) }));
  }
}

const till = (state: 'online' | 'offline', since: EpochMs): Partial<DeviceFact> => ({
  state,
  since,
  cause: state === 'offline' ? 'noReply' : null,
  blacklistVersion: 7,
  driftMs: 2_000,
  uncollected: 3,
  freeRecords: 9_997,
});

const meals = [
  ['06:30', '09:00'],
  ['10:30', '13:30'],
  ['16:30', '19:30'],
  ['20:30', '22:30'],
] as const;

const isOn = (no: number, now: EpochMs): boolean =>
  meals.some(([from, to]) => now >= at(from) + (no % 11) * minuteMs && now < at(to) + ((no % 21) - 10) * minuteMs);

function gates({ drawn, random }: Day, now: EpochMs): void {
  for (let no = 1; no <= lanes; no++) {
    if (!chance(random, 0.6)) continue;
    drawn.event(passOf(`lane-${no}`, chance(random, 0.03) ? 'denied' : 'granted', now));
    drawn.event(doorOf(`lane-${no}`, 'contact', 'open', epochMs(now - 8_000)));
    drawn.event(doorOf(`lane-${no}`, 'contact', 'closed', epochMs(now - 4_000)));
  }
}

/** Showers of nine minutes, one after the other, from five to eleven; each is given back what is left. */
function showers({ drawn, watching }: Day, now: EpochMs): void {
  const open = drawn.world.businessTime('bathhouse', now).open;
  for (let no = 1; no <= heads; no++) {
    const minute = Math.floor(now / minuteMs) + no;
    const wet = open && minute % 12 < 9;
    drawn.point(`head-${no}`, 'sessionRunning', wet, now).point(`head-${no}`, 'flow', wet ? 6.4 : 0, now);
    drawn.point(`head-${no}`, 'valveCommand', wet, now).point(`head-${no}`, 'valveOpen', wet, now);
    drawn.point(`head-${no}`, 'meter', Math.floor(now / minuteMs) * 6, now);
    const kind = !open ? undefined : minute % 12 === 0 ? 'waterHold' : minute % 12 === 9 ? 'waterRelease' : undefined;
    if (kind === undefined) continue;
    const fact = moneyOf(`head-${no}`, now, { kind, cardRef: `card-${no}-${Math.floor(minute / 12)}` });
    drawn.money(fact);
    for (const { settled } of watching) settled.watch?.money(fact, drawn.world, now);
  }
}

test.each([1, 2, 3])('nothing is found on a normal day (seed %d)', (seed) => {
  const day = begin(seed);
  const found: string[] = [];
  let looks = 0;
  for (let now = at('00:00'); now < at('24:00'); now = epochMs(now + minuteMs)) {
    tills(day, now);
    gates(day, now);
    showers(day, now);
    for (const { id, look } of day.watching) {
      looks++;
      const seen = id === 'testAlarm' ? '' : look(now);
      if (seen !== '') found.push(`${(now - at('00:00')) / minuteMs} ${id}: ${seen}`);
    }
    day.drawn.world.forget(now);
  }
  expect(found.slice(0, 5)).toEqual([]);
  expect(looks).toBe(24 * 60 * 34);
  expect(day.drawn.world.figures('pos-1', at('00:00'), at('24:00')).records).toBeGreaterThan(300);
});
