import { describe, expect, test } from 'vitest';
import { rules, settle } from '../../core/rules/registry.core.ts';
import { paramsOf } from './params.core.ts';

const of = (id: string) => {
  const rule = rules.find((one) => one.id === id);
  return rule === undefined ? [] : paramsOf(rule);
};

describe('parameters of a rule', () => {
  test('carry bounds, unit and default', () => {
    expect(of('backlog')[0]).toEqual({
      path: 'records',
      kind: 'whole',
      unit: 'records',
      from: 1,
      to: 10_000_000,
      choices: [],
      default: 5_000,
    });
    expect(of('deviceOffline')[0]).toMatchObject({ path: 'posMealLevel', kind: 'choice', unit: 'level', choices: [2, 3] });
  });

  test('are laid flat by their paths', () => {
    expect(of('amountHigh').map(({ path, kind, unit }) => `${path} ${kind} ${unit}`)).toEqual([
      'hardFen.canteen whole fen',
      'hardFen.shop whole fen',
      'hardFen.shower whole fen',
      'hardFen.other whole fen',
      'zMax number z',
      'outlierMinFen whole fen',
      'raiseLevelAt whole null',
      'holdMinutes whole min',
    ]);
    expect(of('impossibleSequence').find(({ path }) => path === 'distances')?.kind).toBe('json');
    expect(of('amountPattern').find(({ path }) => path === 'fixedPrice')?.kind).toBe('list');
  });

  test('of every rule have the defaults that the rule takes', () => {
    const checked = rules.map((rule) => {
      const all = paramsOf(rule);
      expect(all.filter((param) => param.default === null)).toEqual([]);
      const timing = rule.timing;
      const head = { rule: rule.id, version: 1, enabled: true, timing, author: '-', reason: '-', basis: 'default' as const };
      return settle({ ...head, params: {}, savedAt: 0 }).ok;
    });
    expect(checked.length).toBeGreaterThan(70);
    expect(checked.every(Boolean)).toBe(true);
  });
});
