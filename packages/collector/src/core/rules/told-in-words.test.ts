/** What rules of health, gates and water find can be told: every gap of the words has its value, every code its word. */
import type { RuleId } from '@cardwatch/contracts/watch';
import { describe, expect, test } from 'vitest';
import { alarmWords, reasonWords } from '@cardwatch/contracts/words';
import { alarmOf, at, doorOf, findingsOf, passOf, SampleWorld } from './sample-world.core.ts';

const noon = at('12:05');
const off = { state: 'offline', cause: 'noReply', since: at('12:00') } as const;
const gate = { kind: 'gate', areaType: 'dorm', area: 'main/d1' } as const;
const shower = { kind: 'shower', areaType: 'bathhouse', area: 'main/bath', line: 'bus-1' } as const;
const drawn = () => new SampleWorld().agent('agent-a').device('pos-1');
const agent = (more: Parameters<SampleWorld['agent']>[1]) => drawn().agent('agent-a', more);
const line = { line: 'bus-1', utilisationPct: 1, requests: 1_000, timeouts: 0, crcErrors: 40, at: noon };
const head = (points: Readonly<Record<string, number | boolean>>, since = at('12:00')) => {
  const world = new SampleWorld().agent('agent-a').device('sh-1', shower);
  for (const [name, value] of Object.entries(points)) world.point('sh-1', name, value, since);
  return world;
};
const lane = () => new SampleWorld().agent('agent-a').device('gate-1', gate);
const refused = (): SampleWorld => {
  const world = lane();
  for (let no = 0; no < 30; no++) world.event(passOf('gate-1', 'denied', at('12:00')));
  return world;
};
const learned = (set: (world: SampleWorld['world']) => void): SampleWorld => {
  const world = drawn();
  set(world.world);
  return world;
};

const samples: readonly (readonly [RuleId, SampleWorld, ReturnType<typeof at>?])[] = [
  ['campusSilent', new SampleWorld().devices('pos', 5, off)],
  ['agentLost', agent({ state: 'offline', since: at('12:00') })],
  ['upstreamDown', drawn().device('sw-1', { kind: 'network', ...off })],
  ['areaDegraded', drawn().devices('off', 5, off)],
  ['areaDegraded', lane().device('gate-1', { ...gate, ...off })],
  ['areaDegraded', new SampleWorld().devices('sh', 3, { ...shower, ...off }), at('21:00')],
  ['deviceOffline', drawn().device('pos-1', off)],
  ['offlineSelling', drawn().device('pos-1', { state: 'sellingOffline', since: at('12:00') })],
  ['backlog', agent({ backlogRecords: 9_000, backlogOldestAt: at('11:00') })],
  ['storeNearlyFull', drawn().device('pos-1', { uncollected: 900, freeRecords: 100 })],
  ['authFailed', drawn().device('pos-1', { cause: 'authFailed' })],
  ['identityChanged', drawn().device('pos-1', { cause: 'identityChanged' })],
  ['busErrors', new SampleWorld().agent('agent-a', { lines: [line] }).devices('sh', 4, shower)],
  [
    'busErrors',
    new SampleWorld().agent('agent-a', { lines: [{ ...line, crcErrors: 0, timeouts: 300 }] }).devices('sh', 4, shower),
  ],
  ['busMoisture', new SampleWorld().devices('sh', 4, shower).event(alarmOf('sh-1', 'busSegment', true, at('12:00')))],
  ['clockDrift', drawn().device('pos-1', { driftMs: 90_000 })],
  ['blacklistLag', drawn().device('pos-1', { blacklistVersion: 1 }).device('pos-2', { blacklistVersion: 2 })],
  ['parameterLag', drawn().device('pos-1', { parameterVersion: 1 }).device('pos-2', { parameterVersion: 2 })],
  ['agentDisk', agent({ diskFreeBytes: 1_048_576 })],
  ['agentStorage', agent({ storage: 'tight' })],
  ['agentStorage', agent({ storage: 'ballastUsed' })],
  ['agentStorage', agent({ storage: 'failed' })],
  ['duplicateIdentity', agent({ duplicateIdentity: true })],
  [
    'recordGap',
    learned((world) =>
      world.gaps([{ agentId: 'agent-a', deviceId: 'pos-1', records: 3, estimateFen: 900, openedAt: at('11:00') }]),
    ),
  ],
  ['deadLetters', learned((world) => world.deadLetters(new Map([['agent-a', 2]])))],
  [
    'collectorHealth',
    learned((world) =>
      world.collectorSaid({
        ingestLagMs: 500_000,
        watchLagMs: 0,
        diskFreeBytes: null,
        storeWritable: true,
        brokerUp: true,
        at: noon,
      }),
    ),
  ],
  ['testAlarm', drawn(), at('09:07')],
  ['fireInput', lane().event(doorOf('gate-1', 'fireInput', 'active', at('12:00')))],
  ['fireInput', lane().event(doorOf('gate-1', 'fireInput', 'cut', at('12:00')))],
  ['doorTamper', lane().event(alarmOf('gate-1', 'tamper', true, at('12:00')))],
  ['doorHeld', lane().event(doorOf('gate-1', 'contact', 'open', at('12:00')))],
  ['denyRatio', refused()],
  ['gateSilent', lane().expects('main/d1', 'passes', 200), at('22:05')],
  ['leak', head({ flow: 1, sessionRunning: false })],
  ['valveStuck', head({ valveCommand: true, valveOpen: false })],
  ['valveStuck', head({ valveCommand: false, valveOpen: true })],
  ['longSession', head({ sessionRunning: true }, at('11:00'))],
];

describe('in words', () => {
  test.each(samples.map(([rule, world, now], no) => [rule, no, world, now ?? noon] as const))(
    '%s (%d)',
    (rule, _no, world, now) => {
      const [finding] = findingsOf(rule, world, now);
      if (finding === undefined) throw new Error('finds nothing');
      for (const language of ['zh', 'en'] as const) {
        const { title, text } = reasonWords(finding.reason, language);
        // A line, an agent, a campus has no area of its own.
        const told = `${title} ${text}`.replaceAll('（–）', '').replaceAll(' (–)', '');
        expect(told).not.toContain('–');
      }
      const { what, cause, value } = finding.reason.values;
      for (const code of [what, cause, value])
        if (typeof code === 'string') expect(Object.keys(alarmWords.zh.terms)).toContain(code);
    },
  );
});
