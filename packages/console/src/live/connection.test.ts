import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type Connection, type ConnectionEvent, connectionLimits, connectionStep, isStale, stopped } from './connection.step.ts';

/** Plays `[at seconds, event]` and says after each: phase, and the effects with their attempt. */
function play(timeline: readonly (readonly [number, ConnectionEvent['type']])[]): readonly string[] {
  let state: Connection = stopped;
  return timeline.map(([seconds, type]) => {
    const [next, effects] = connectionStep(state, { type }, epochMs(1_000_000 + seconds * 1000));
    state = next;
    const done = effects.map((effect) => (effect.type === 'wait' ? `wait#${effect.attempt}` : effect.type));
    return `${seconds}s ${type} -> ${state.phase}${done.length === 0 ? '' : ` ${done.join(' ')}`}`;
  });
}

describe('the live connection', () => {
  test('comes back with rising back-off, and starts anew after a stable minute', () => {
    expect(
      play([
        [0, 'started'],
        [1, 'closed'],
        [2, 'waitOver'],
        [3, 'closed'],
        [5, 'waitOver'],
        [6, 'opened'],
        [70, 'heard'],
        [71, 'closed'],
      ]),
    ).toEqual([
      '0s started -> connecting connect',
      '1s closed -> waiting wait#0',
      '2s waitOver -> connecting connect',
      '3s closed -> waiting wait#1',
      '5s waitOver -> connecting connect',
      '6s opened -> open',
      '70s heard -> open',
      '71s closed -> waiting wait#0',
    ]);
  });

  test('is given up when it has been silent too long, once', () => {
    const dead = connectionLimits.deadMs / 1000;
    expect(
      play([
        [0, 'started'],
        [1, 'opened'],
        [1 + dead, 'ticked'],
        [2 + dead, 'ticked'],
        [3 + dead, 'closed'],
      ]),
    ).toEqual([
      '0s started -> connecting connect',
      '1s opened -> open',
      `${1 + dead}s ticked -> open`,
      `${2 + dead}s ticked -> waiting disconnect wait#0`,
      `${3 + dead}s closed -> waiting`,
    ]);
  });

  test('ends when nobody is signed in, and rests while the tab is hidden', () => {
    expect(
      play([
        [0, 'started'],
        [1, 'opened'],
        [200, 'wentHidden'],
        [201, 'closed'],
        [300, 'cameBack'],
        [301, 'refused'],
        [302, 'cameBack'],
        [303, 'stopped'],
      ]),
    ).toEqual([
      '0s started -> connecting connect',
      '1s opened -> open',
      '200s wentHidden -> hidden disconnect',
      '201s closed -> hidden',
      '300s cameBack -> connecting connect',
      '301s refused -> stopped signedOut',
      '302s cameBack -> connecting connect',
      '303s stopped -> stopped disconnect',
    ]);
  });

  test('is stale after 30 s of silence, not at 30 s', () => {
    const at = epochMs(50_000);
    const open: Connection = { ...stopped, phase: 'open', heardAt: at, openedAt: at, startedAt: at };
    expect(isStale(open, epochMs(at + connectionLimits.staleMs))).toBe(false);
    expect(isStale(open, epochMs(at + connectionLimits.staleMs + 1))).toBe(true);
    expect(isStale(stopped, epochMs(at + 1_000_000))).toBe(false);
  });
});
