import { createHash } from 'node:crypto';
import { TopologySuggestion } from '@cardwatch/contracts/watch';
import { epochMs, ok } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import type { DeviceFact, PointFact } from '../core/world/world.core.ts';
import { Proposals, proposalTimes } from './proposals.ts';

const now = epochMs(1_795_392_000_000);
const point = (value: string): PointFact => ({ value, quality: 'good', observedAt: now, since: now });
const device = (deviceId: string, kind: DeviceFact['kind']): DeviceFact =>
  ({ deviceId, kind, upstream: [] }) as unknown as DeviceFact;

test('what a switch tells of a port becomes a proposal once, with the same id in every life, and no more once it was rejected', async () => {
  const world = {
    devices: new Map([device('sw-1', 'network'), device('pos-1', 'pos')].map((each) => [each.deviceId, each])),
    points: new Map([
      ['sw-1', new Map([['port05Mac', point('02:00:5e:00:00:01')]])],
      ['pos-1', new Map([['mac', point('02:00:5E:00:00:01')]])],
    ]),
  };
  const kept: TopologySuggestion[] = [];
  const store = { suggestions: async () => ok({ items: kept, nextCursor: null }) };
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  let monoMs = 0;
  const life = (): Proposals => new Proposals({ store, world, sha256, mono: () => monoMs });
  const first = life();
  expect(await first.look([], now)).toEqual([]);
  monoMs += proposalTimes.everyMs;
  const [made] = await first.look([], now);
  expect(TopologySuggestion.parse(made)).toMatchObject({ deviceId: 'pos-1', parent: 'sw-1', evidence: 'fdb', state: 'open' });
  expect(await first.look([], now)).toEqual([]);
  const second = life();
  monoMs += proposalTimes.everyMs;
  expect((await second.look([], now))[0]?.suggestionId).toBe(made?.suggestionId);
  if (made !== undefined) kept.push({ ...made, state: 'rejected', decidedBy: 'li' });
  monoMs += proposalTimes.everyMs;
  expect(await second.look([], now)).toEqual([]);
});
