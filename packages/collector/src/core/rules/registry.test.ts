import { readFileSync } from 'node:fs';
import { RuleId, RuleVersion } from '@cardwatch/contracts/watch';
import { describe, expect, test } from 'vitest';
import { gateRules } from './gate/index.core.ts';
import { healthRules } from './health/index.core.ts';
import { defaultsOf } from './readme-table.core.ts';
import { defaultVersion, ruleOf, rules, settle } from './registry.core.ts';
import { at, SampleWorld } from './sample-world.core.ts';
import { selfRules } from './told/index.core.ts';
import { waterRules } from './water/index.core.ts';

const now = at('12:05');
/** Of health, gates and water, and what devices say of themselves; money comes on top. */
const ownRules = 55;

describe('the registry', () => {
  test('holds each rule once', () => {
    expect(rules.length).toBeGreaterThan(ownRules);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(rules.every((rule) => ruleOf(rule.id) === rule)).toBe(true);
  });

  test('names every rule of the contract, but the one that the cause finds', () => {
    expect(RuleId.options.filter((id) => ruleOf(id) === undefined)).toEqual(['probableUpstream']);
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))('%s: the default version is a version, and settles', (id, rule) => {
    const version = defaultVersion(id, now);
    expect(RuleVersion.safeParse(version).success).toBe(true);
    const settled = version === undefined ? undefined : settle(version);
    expect(settled?.ok === true && settled.value.params).toEqual(rule.defaults);
  });

  test.each(rules.map((rule) => [rule.id] as const))('%s finds nothing in an empty world', (id) => {
    const version = defaultVersion(id, now);
    const settled = version === undefined ? undefined : settle(version);
    if (settled?.ok !== true) throw new Error('does not settle');
    const { world } = new SampleWorld();
    const findings = settled.value.shape === 'look' ? settled.value.look(world, now) : settled.value.start().look(world, now);
    expect(findings).toEqual([]);
  });
});

describe('settle', () => {
  const version = (params: Record<string, unknown>, rule: RuleId = 'areaDegraded'): RuleVersion => {
    const first = defaultVersion(rule, now);
    if (first === undefined) throw new Error('no such rule');
    return { ...first, version: 2, params };
  };
  test('a parameter that is left out has its default', () => {
    const settled = settle(version({ levelOnePct: 40 }));
    expect(settled.ok && settled.value.params).toMatchObject({ levelOnePct: 40, levelTwoPct: 10 });
  });
  test.each([
    ['beyond its bounds', version({ levelOnePct: 101 }), 'levelOnePct'],
    ['of the wrong type', version({ levelOnePct: 'many' }), 'levelOnePct'],
    ['of no such name', version({ levelOnePercent: 40 }), 'levelOnePercent'],
    ['clears above where it raises', version({ clearPct: 11 }), 'clearPct'],
    ['no time of day', version({ at: '25:00' }, 'testAlarm'), 'at'],
  ])('a parameter %s is named', (_what, given, field) => {
    const settled = settle(given);
    expect(settled.ok ? undefined : settled.error).toMatchObject({ kind: 'badParameter', field });
  });
  test('a rule that has no parameters of its own', () => {
    const first = defaultVersion('leak', now);
    if (first === undefined) throw new Error('no such rule');
    expect(settle({ ...first, rule: 'probableUpstream' })).toEqual({
      ok: false,
      error: { kind: 'unknownRule', rule: 'probableUpstream' },
    });
  });
  test('a watcher remembers, each start for itself', () => {
    const settled = settle(version({}, 'meterBackwards'));
    if (!settled.ok || settled.value.shape !== 'watcher') throw new Error('no watcher');
    const [one, other] = [settled.value.start(), settled.value.start()];
    const drawn = new SampleWorld().device('m-1', { kind: 'meter' }).point('m-1', 'meter', 100, at('12:00'));
    one.look(drawn.world, at('12:00'));
    drawn.point('m-1', 'meter', 50, at('12:01'));
    expect([one.look(drawn.world, at('12:01')).length, other.look(drawn.world, at('12:01')).length]).toEqual([1, 0]);
    expect(settled.value.wants).toEqual({ money: false, event: false });
  });
});

test('the README tells the defaults and the source of each rule of health, gates, water and of what devices say as they are', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8').split('\n');
  const own = [...healthRules, ...gateRules, ...waterRules, ...selfRules];
  const wrong = own.filter((rule) => {
    const row = readme.find((line) => line.startsWith(`| \`${rule.id}\` |`)) ?? '';
    return !(row.includes(`| ${defaultsOf(rule)} |`) && row.endsWith(`| ${rule.source} |`));
  });
  expect([own.length, wrong.map(({ id }) => id)]).toEqual([ownRules, []]);
});
