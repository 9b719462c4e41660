import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type PresenceEvent, presenceAtStart, presenceStep } from './presence.step.ts';
import { type DeviceFacts, shownState } from './shown-state.core.ts';

const connected: PresenceEvent = { type: 'connected' };
const heard: PresenceEvent = { type: 'heard' };
const closed: PresenceEvent = { type: 'disconnected', takenOver: false };
const takenOver: PresenceEvent = { type: 'disconnected', takenOver: true };
const ticked: PresenceEvent = { type: 'ticked', silentMs: 45_000 };

describe('presence', () => {
  test.each([
    // timeline (seconds, event)                                            effects            state
    [
      'says hello',
      [
        [1, connected],
        [2, heard],
        [3, heard],
      ],
      '2 becameOnline',
      'online 2',
    ],
    [
      'connects and says nothing',
      [
        [1, connected],
        [60, ticked],
      ],
      '',
      'offline 0',
    ],
    [
      'goes',
      [
        [1, heard],
        [9, closed],
      ],
      '1 becameOnline, 9 becameOffline',
      'offline 9',
    ],
    [
      'goes twice',
      [
        [1, heard],
        [9, closed],
        [9, closed],
      ],
      '1 becameOnline, 9 becameOffline',
      'offline 9',
    ],
    [
      'falls silent',
      [
        [1, heard],
        [45, ticked],
        [46, ticked],
      ],
      '1 becameOnline, 46 becameOffline',
      'offline 46',
    ],
    [
      'comes back',
      [
        [1, heard],
        [9, closed],
        [20, heard],
      ],
      '1 becameOnline, 9 becameOffline, 20 becameOnline',
      'online 20',
    ],
    [
      'is taken over',
      [
        [1, heard],
        [9, takenOver],
      ],
      '1 becameOnline',
      'online 1',
    ],
  ] as const)('of one that %s', (_what, timeline, effects, end) => {
    let state = presenceAtStart(false, epochMs(0), epochMs(0));
    const seen: string[] = [];
    for (const [second, event] of timeline) {
      const [next, out] = presenceStep(state, event, epochMs(second * 1_000));
      state = next;
      seen.push(...out.map((effect) => `${second} ${effect.type}`));
    }
    expect([seen.join(', '), `${state.state} ${state.since / 1_000}`]).toEqual([effects, end]);
  });

  test('who was online before the restart has the time of silence to show', () => {
    const state = presenceAtStart(true, epochMs(5), epochMs(100_000));
    expect(presenceStep(state, ticked, epochMs(144_999))[1]).toEqual([]);
    expect(presenceStep(state, ticked, epochMs(145_000))[1]).toEqual([{ type: 'becameOffline' }]);
  });
});

const facts = (more: Partial<DeviceFacts>): DeviceFacts => ({
  maintenance: false,
  agentOnline: true,
  agentSince: 9,
  reported: { state: 'degraded', cause: 'slow', since: 5 },
  ...more,
});

test.each([
  ['what the agent says', facts({}), 'degraded slow 5'],
  ['maintenance before all', facts({ maintenance: true, agentOnline: false }), 'maintenance null null'],
  ['unknown when its agent is lost', facts({ agentOnline: false }), 'unknown agentLost 9'],
  [
    'switched off whoever is lost',
    facts({ agentOnline: false, reported: { state: 'disabled', cause: null, since: 5 } }),
    'disabled null 5',
  ],
  ['never seen', facts({ reported: null }), 'unknown neverSeen null'],
])('shows %s', (_what, given, wanted) => {
  const { state, cause, since } = shownState(given);
  expect(`${state} ${cause} ${since}`).toBe(wanted);
});
