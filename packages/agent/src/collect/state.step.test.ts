import { CommonProfile } from '@cardwatch/drivers';
import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type DeviceWatch, lossPct, newWatch, type WatchEvent, watchStep } from './state.step.ts';

const health = CommonProfile.shape.health.parse({});
const step = watchStep(health);
const good: WatchEvent = { type: 'answered', rttMs: 50, partial: false };
const failed = (
  failure: 'timeout' | 'unreachable' | 'unauthorised' | 'malformed' | 'refused' | 'unsupported',
  parentDown = false,
): WatchEvent => ({
  type: 'failed',
  failure,
  parentDown,
});

/** Each line of a timeline: at (s), event, how often, expected condition after it. */
function play(
  lines: readonly [atS: number, event: WatchEvent, times: number, expected: string][],
  maintenance = false,
): DeviceWatch {
  let watch = newWatch(maintenance, epochMs(0));
  for (const [atS, event, times, expected] of lines) {
    for (let turn = 0; turn < times; turn++) [watch] = step(watch, event, epochMs(1_000 * atS));
    expect(`${atS}s ${watch.state}${watch.cause === undefined ? '' : ` ${watch.cause}`}`).toBe(`${atS}s ${expected}`);
  }
  return watch;
}

describe('device state', () => {
  test('unknown until it answered or failed often enough', () => {
    play([
      [1, failed('timeout'), 2, 'unknown neverSeen'],
      [2, failed('timeout'), 1, 'offline noReply'],
      [3, good, 1, 'online'],
    ]);
  });

  test('one lost poll changes nothing, three in a row do', () => {
    const watch = play([
      [1, good, 1, 'online'],
      [2, failed('timeout'), 2, 'online'],
      [3, good, 1, 'online'],
      [4, failed('timeout'), 3, 'offline noReply'],
      [9, failed('timeout'), 5, 'offline noReply'],
    ]);
    expect(watch.since).toBe(4_000);
  });

  test('when it was last asked, answered or not, whatever its state', () => {
    const asked = (event: WatchEvent): number | undefined =>
      step(step(newWatch(false, epochMs(0)), event, epochMs(7))[0], { type: 'judged', parentDown: false }, epochMs(9))[0].askedAt;
    expect([asked(good), asked(failed('timeout')), asked({ type: 'channel', failure: undefined })]).toEqual([7, 7, undefined]);
  });

  test.each([
    ['timeout', false, 'offline noReply'],
    ['unreachable', true, 'offline unreachableParent'],
    ['unreachable', false, 'offline noReply'],
    ['unauthorised', false, 'degraded authFailed'],
    ['malformed', false, 'degraded busFault'],
    ['refused', false, 'degraded protocolError'],
    ['unsupported', false, 'degraded unsupported'],
  ] as const)('%s (line down: %s) is %s', (failure, parentDown, expected) => {
    play([[1, failed(failure, parentDown), 3, expected]]);
  });

  const held: WatchEvent = { type: 'failed', failure: 'timeout', parentDown: false, held: true };
  const judged = (parentDown: boolean): WatchEvent => ({ type: 'judged', parentDown });

  test('held until what it is reached through was asked, whatever else happens in between', () => {
    play([
      [1, good, 1, 'online'],
      [2, held, 5, 'online'],
      [3, { type: 'collecting', allowed: true }, 1, 'online'],
      [4, judged(false), 1, 'offline noReply'],
      [5, judged(true), 1, 'offline unreachableParent'],
      [6, held, 1, 'offline unreachableParent'],
      [7, failed('timeout'), 1, 'offline noReply'],
      [8, good, 1, 'online'],
    ]);
  });

  test('its parents being down needs one failure only, being its own fault needs three; a refusal is judged at once', () => {
    play([
      [1, good, 1, 'online'],
      [2, judged(true), 1, 'online'],
      [3, held, 1, 'online'],
      [4, judged(false), 1, 'online'],
      [5, held, 1, 'online'],
      [6, judged(true), 1, 'offline unreachableParent'],
      [7, good, 1, 'online'],
      [8, { ...held, failure: 'unauthorised' }, 1, 'degraded authFailed'],
    ]);
  });

  test('what others of its line bear out needs no third failure, and says nothing of who answers', () => {
    play([
      [1, good, 1, 'online'],
      [2, failed('timeout', false), 2, 'online'],
      [3, { type: 'confirmed' }, 1, 'offline noReply'],
      [4, good, 1, 'online'],
      [5, { type: 'confirmed' }, 1, 'online'],
      [6, failed('timeout', false), 2, 'online'],
    ]);
  });

  test('slow, drifting, filling: in at the limit, out clearly below it', () => {
    play([
      [1, { ...good, driftMs: 60_000 }, 1, 'online'],
      [2, { ...good, driftMs: 60_001 }, 1, 'degraded clock'],
      [3, { ...good, driftMs: -59_000 }, 1, 'degraded clock'],
      [4, { ...good, driftMs: 10 }, 1, 'online'],
      [5, { ...good, storePct: 81 }, 1, 'degraded storeNearlyFull'],
      [6, { ...good, storePct: 79 }, 1, 'degraded storeNearlyFull'],
      [7, { ...good, storePct: 60 }, 1, 'online'],
      [8, { ...good, rttMs: 5_000 }, 8, 'degraded slow'],
      [9, good, 40, 'online'],
      [10, { ...good, partial: true }, 1, 'degraded protocolError'],
      [11, good, 1, 'online'],
    ]);
  });

  test('lossy: one in ten is well, three in twenty is not', () => {
    const lossy = play([
      [1, good, 17, 'online'],
      [2, failed('timeout'), 1, 'online'],
      [3, good, 1, 'online'],
      [4, failed('timeout'), 1, 'online'],
      [5, good, 1, 'online'],
      [6, failed('timeout'), 1, 'online'],
      [7, good, 1, 'degraded lossy'],
    ]);
    expect(lossPct(lossy)).toBe(15);
    play([[1, good, 20, 'online']]);
  });

  test('records that stay on the terminal for a minute make it sell offline', () => {
    play([
      [0, { type: 'collecting', allowed: false }, 1, 'unknown neverSeen'],
      [1, good, 1, 'online'],
      [59, { type: 'collecting', allowed: false }, 1, 'online'],
      [60, { type: 'collecting', allowed: false }, 1, 'sellingOffline uplinkDown'],
      [61, good, 1, 'sellingOffline uplinkDown'],
      [62, { type: 'collecting', allowed: true }, 1, 'online'],
      [63, { ...good, saysOffline: true }, 1, 'sellingOffline uplinkDown'],
      [64, { ...good, saysOffline: false }, 1, 'online'],
    ]);
  });

  test('a wrong password and a missing feature are told at once, and say nothing of offline', () => {
    play([
      [1, good, 1, 'online'],
      [2, failed('unauthorised'), 1, 'degraded authFailed'],
      [3, good, 1, 'online'],
      [4, failed('unsupported'), 1, 'degraded unsupported'],
    ]);
  });

  test('long silence of a device that speaks by itself is as good as three failures', () => {
    play([
      [1, good, 1, 'online'],
      [30, { type: 'failed', failure: 'timeout', parentDown: false, conclusive: true }, 1, 'offline noReply'],
      [31, good, 1, 'online'],
    ]);
  });

  test('of a device that answers, an ill channel is a weakness', () => {
    play([
      [1, good, 1, 'online'],
      [2, { type: 'channel', failure: 'timeout' }, 1, 'degraded protocolError'],
      [3, good, 1, 'degraded protocolError'],
      [4, { type: 'channel', failure: 'unauthorised' }, 1, 'degraded authFailed'],
      [5, { type: 'channel', failure: undefined }, 1, 'online'],
    ]);
  });

  test('another device at the address is told before all but silence', () => {
    play([
      [1, { type: 'identity', right: false }, 1, 'degraded identityChanged'],
      [2, good, 1, 'degraded identityChanged'],
      [3, failed('timeout'), 3, 'offline noReply'],
      [4, good, 1, 'degraded identityChanged'],
      [5, { type: 'identity', right: true }, 1, 'online'],
    ]);
  });

  test('maintenance hides all else', () => {
    play(
      [
        [1, failed('timeout'), 9, 'maintenance'],
        [2, good, 1, 'maintenance'],
      ],
      true,
    );
  });

  test('a change tells both ends, no change tells nothing', () => {
    const [online, first] = step(newWatch(false, epochMs(0)), good, epochMs(5));
    expect(first.map(({ from, to }) => [from.state, to.state])).toEqual([['unknown', 'online']]);
    expect(step(online, good, epochMs(6))[1]).toEqual([]);
  });
});
