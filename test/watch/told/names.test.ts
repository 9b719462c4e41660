/** Every alarm that a device can report raises something: names as they stand in the profiles of the devices and in the code of drivers and agent. */
import { globSync, readFileSync } from 'node:fs';
import type { RuleId } from '@cardwatch/contracts/watch';
import { minuteMs, epochMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { rules } from '../../../packages/collector/src/core/rules/registry.core.ts';
import { alarmOf, at, ruleWith, SampleWorld } from '../../../packages/collector/src/core/rules/sample-world.core.ts';
import { answeredElsewhere } from '../../../packages/collector/src/core/rules/told/table.core.ts';

const root = new URL('../../../', import.meta.url).pathname;
const textOf = (pattern: string): string =>
  globSync(pattern, { cwd: root, exclude: ['**/*.test.ts'] })
    .map((file) => readFileSync(`${root}${file}`, 'utf8'))
    .join('\n');
const matches = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([, name = '']) => name);

const profiles = textOf('firmware-protocols/**/profile.yaml');
const code = ['packages/drivers/src/**/*.ts', 'packages/agent/src/{normalise,collect,health}/*.ts'].map(textOf).join('\n');
/** Unions of names, and objects that carry one; a switch makes its own of the number of the port. */
const unions = matches(code, /^export type (?:\w*Alarm) = ([^;]+);/gm).flatMap((union) => matches(union, /'(\w+)'/g));
const names = [
  ...new Set([
    ...matches(profiles, /\balarm: (\w+), active|\{ alarm: (\w+)/g),
    ...matches(profiles, /\balarm: ([a-z]\w+)/g),
    ...matches(code, /\balarm: '([a-z]\w*)'/g),
    ...matches(code, /\balarm\(message, '(\w+)'/g),
    ...matches(code, /\balarmAt\('(\w+)'/g),
    ...unions,
    'port07Down',
    'port07PoeFault',
  ]),
].filter((name) => name !== '');

/** Told in `unrefunded`, by the share of a bus: each forgotten tap would be noise. */
const byShare: ReadonlySet<string> = new Set(['unreleasedSession']);

const now = epochMs(at('12:00') + minuteMs);

/** Rules that find something once this device has said this. */
function answers(alarm: string, kind: 'gate' | 'shower' | 'network'): readonly RuleId[] {
  const said = alarmOf('d-1', alarm, true, at('12:00'));
  const lines = { lines: [{ line: 'bus-1', utilisationPct: 1, requests: 1_000, timeouts: 0, crcErrors: 0, at: now }] };
  const drawn = new SampleWorld()
    .agent('agent-a', lines)
    .device('d-1', { kind, line: 'bus-1' })
    .devices('d-other', 4, { kind, line: 'bus-1' })
    .event(said);
  return rules.flatMap(({ id }) => {
    const settled = ruleWith(id);
    if (settled.shape === 'look') return settled.look(drawn.world, now).length > 0 ? [id] : [];
    const watching = settled.start();
    watching.event(said, drawn.world, now);
    return watching.look(drawn.world, now).length > 0 ? [id] : [];
  });
}

test.each(names.map((name) => [name] as const))('%s raises something', (name) => {
  const found = new Set((['gate', 'shower', 'network'] as const).flatMap((kind) => answers(name, kind)));
  expect([...found].filter((rule) => rule === 'otherAlarm')).toEqual([]);
  expect(found.size > 0).toBe(!byShare.has(name));
});

test('no name is left out', () => {
  expect(names.length).toBeGreaterThanOrEqual(40);
  expect([...answeredElsewhere].filter((name) => !names.includes(name))).toEqual([]);
  expect(answers('aNameToCome', 'gate')).toEqual(['otherAlarm']);
});
