import { describe, expect, test } from 'vitest';
import type { AgentFact, LineFact } from '../../world/world.core.ts';
import { alarmOf, at, findingsOf, found, SampleWorld } from '../sample-world.core.ts';

const now = at('21:05');
const shower = { kind: 'shower', areaType: 'bathhouse', area: 'main/bath', line: 'bus-1' } as const;
const off = (clock: string) => ({ ...shower, state: 'offline', cause: 'noReply', since: at(clock) }) as const;
type Table = readonly (readonly [string, SampleWorld, string])[];

describe('busErrors', () => {
  const line = (more: Partial<LineFact>): LineFact => ({
    line: 'bus-1',
    utilisationPct: 30,
    requests: 1_000,
    timeouts: 0,
    crcErrors: 0,
    at: at('21:04'),
    ...more,
  });
  const bus = (more: Partial<LineFact>, agent: Partial<AgentFact> = {}) =>
    new SampleWorld().agent('agent-a', { lines: [line(more)], ...agent }).devices('sh', 4, shower);
  const told = (active: boolean) => alarmOf('sh-1', 'busErrorRate', active, at('21:00'));
  test.each([
    ['clean', bus({}), ''],
    ['1 % damaged is surely more than half of one', bus({ crcErrors: 10 }), ''],
    ['2 % damaged is surely more than one', bus({ crcErrors: 20 }), 'band 3 line:agent-a/bus-1'],
    ['4 % damaged', bus({ crcErrors: 40 }), 'breach 3 line:agent-a/bus-1'],
    ['15 % damaged', bus({ crcErrors: 150 }), 'breach 2 line:agent-a/bus-1'],
    ['two of 49 are too few to judge', bus({ requests: 49, crcErrors: 20 }), ''],
    ['8 % unanswered', bus({ timeouts: 80 }), ''],
    ['12 % unanswered', bus({ timeouts: 120 }), 'band 3 line:agent-a/bus-1'],
    ['20 % unanswered', bus({ timeouts: 200 }), 'breach 3 line:agent-a/bus-1'],
    ['a quarter unanswered, one of four silent', bus({ timeouts: 250 }).device('sh-1', off('20:00')), ''],
    ['all silent', bus({ timeouts: 1_000 }).devices('sh', 4, off('20:00')), ''],
    ['the agent says so', bus({}).event(told(true)), 'breach 3 line:agent-a/bus-1'],
    ['both say so: one finding', bus({ crcErrors: 40 }).event(told(true)), 'breach 3 line:agent-a/bus-1'],
    ['no longer', bus({}).event(told(true)).event(told(false)), ''],
    ['measured long ago', bus({ crcErrors: 40, at: at('20:54') }), 'unknown 3 line:agent-a/bus-1'],
    ['its agent is lost', bus({ crcErrors: 40 }, { state: 'offline' }), 'unknown 3 line:agent-a/bus-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('busErrors', drawn, now)).toBe(wanted);
  });

  test('says what is wrong and how much of it is sure', () => {
    const [finding] = findingsOf('busErrors', bus({ crcErrors: 40 }), now);
    expect(finding?.reason.values).toMatchObject({ what: 'damaged', value: 3, unit: '%', count: 40, of: 1_000 });
    expect(finding?.devices).toHaveLength(4);
  });
});

describe('busMoisture', () => {
  const bus = (...fell: readonly string[]) => {
    const drawn = new SampleWorld().agent('agent-a').devices('sh', 6, shower);
    fell.forEach((clock, no) => drawn.device(`sh-${no + 1}`, off(clock)));
    return drawn;
  };
  const told = (active: boolean) => alarmOf('sh-1', 'busSegment', active, at('21:00'));
  // Off one after the other around six, when the office closes; the last one still answers.
  const tills = () => {
    const drawn = new SampleWorld().agent('agent-a').devices('pos', 6, { areaType: 'office' });
    for (const no of [1, 2, 3, 4, 5])
      drawn.device(`pos-${no}`, { areaType: 'office', state: 'offline', since: at(`17:${54 + no}`) });
    return drawn;
  };
  test.each([
    ['none', bus(), ''],
    ['two', bus('20:40', '20:45'), ''],
    ['three, one after the other', bus('20:40', '20:45', '20:51'), 'breach 2 line:agent-a/bus-1'],
    ['three within an hour', bus('20:00', '20:20', '20:51'), ''],
    ['three at once: that is power', bus('20:40', '20:40', '20:40'), ''],
    ['the whole line: that is its head', bus('20:40', '20:41', '20:42', '20:43', '20:44', '20:45'), ''],
    ['the agent says so', bus().event(told(true)), 'breach 2 line:agent-a/bus-1'],
    ['both say so: one finding', bus('20:40', '20:45', '20:51').event(told(true)), 'breach 2 line:agent-a/bus-1'],
    ['no longer', bus().event(told(true)).event(told(false)), ''],
    ['tills that were switched off at closing', tills(), ''],
    ['such tills, and the agent says so', tills().event(alarmOf('pos-1', 'busSegment', true, at('20:00'))), ''],
    [
      'its agent is lost',
      new SampleWorld().devices('sh', 6, { ...shower, state: 'unknown', cause: 'agentLost' }),
      'unknown 2 line:agent-a/bus-1',
    ],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('busMoisture', drawn, now)).toBe(wanted);
  });

  test('names the controllers that fell silent', () => {
    const [finding] = findingsOf('busMoisture', bus('20:40', '20:45', '20:51'), now);
    expect(finding?.devices).toEqual(['sh-1', 'sh-2', 'sh-3']);
  });
});
