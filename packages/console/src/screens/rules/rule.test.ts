import type { ReplayDto, RuleParamDto } from '@cardwatch/contracts/api';
import { describe, expect, test } from 'vitest';
import { barsOf, fatedAlarms } from './replay.core.ts';
import { changesOf, draftOf, saidBy } from './rule.core.ts';

const field = (change: Partial<RuleParamDto> & { readonly path: string }): RuleParamDto => ({
  kind: 'whole',
  unit: null,
  from: null,
  to: null,
  choices: [],
  default: 1,
  ...change,
});
const fields: readonly RuleParamDto[] = [
  field({ path: 'hardFen.canteen', unit: 'fen', from: 0, to: 100_000 }),
  field({ path: 'hardFen.shop', unit: 'fen', from: 0, to: 100_000, default: 5 }),
  field({ path: 'level', kind: 'choice', choices: [1, 2, 3], default: 2 }),
  field({ path: 'on', kind: 'yesNo', default: false }),
  field({ path: 'prices', kind: 'list', default: [] }),
  field({ path: 'share', kind: 'number', from: 0, to: 1, default: 0.5 }),
  field({ path: 'distances', kind: 'json', default: [] }),
];
const timing = { raiseAfterMs: 15_000, clearAfterMs: 0, nOfM: null };
const said = { enabled: true, timing, params: { hardFen: { canteen: 1_050 }, level: 3, on: true, prices: ['a'], share: 0.9 } };

describe('a draft', () => {
  const draft = draftOf(said, fields);

  test('shows money in yuan, defaults where nothing was said, and says the same again', () => {
    expect(draft.values['hardFen.canteen']).toBe('10.50');
    expect(draft.values['hardFen.shop']).toBe('0.05');
    const again = saidBy(draft, fields);
    expect(again.ok && again.value).toEqual({
      ...said,
      params: { ...said.params, hardFen: { canteen: 1_050, shop: 5 }, distances: [] },
    });
  });

  test.each([
    ['hardFen.canteen', '10.505'],
    ['hardFen.canteen', '1000.01'],
    ['hardFen.canteen', '-1'],
    ['level', '4'],
    ['share', '1.1'],
    ['share', ''],
    ['distances', '[{'],
  ])('%s cannot be %j', (path, value) => {
    expect(saidBy({ ...draft, values: { ...draft.values, [path]: value } }, fields)).toEqual({
      ok: false,
      error: { field: path },
    });
  });

  test.each([
    [{ raiseAfterS: '' }, 'raiseAfterS'],
    [{ clearAfterS: '86401' }, 'clearAfterS'],
    [{ n: '3', m: '2' }, 'n'],
    [{ n: '2', m: '' }, 'n'],
  ])('timing %j is refused at %s', (change, at) => {
    expect(saidBy({ ...draft, ...change }, fields)).toEqual({ ok: false, error: { field: at } });
  });

  test('differs field by field', () => {
    const next = { ...said, enabled: false, timing: { ...timing, nOfM: { n: 2, m: 3 } }, params: { ...said.params, level: 1 } };
    expect(changesOf(said, next, fields)).toEqual([
      { field: 'enabled', before: true, after: false },
      { field: 'nOfM', before: '–', after: '2/3' },
      { field: 'level', before: '3', after: '1' },
    ]);
  });
});

test('a trial tells what is new, what stays and what goes', () => {
  const alarm = (raisedAt: number) => ({
    subject: { kind: 'device' as const, id: `d${raisedAt}` },
    level: 2 as const,
    raisedAt,
    clearedAt: null,
  });
  const replay: ReplayDto = {
    from: 0,
    to: 100,
    keptFrom: 0,
    raised: 2,
    levels: [],
    alarms: [
      { ...alarm(10), alsoInForce: true },
      { ...alarm(60), alsoInForce: false },
    ],
    against: { version: 1, raised: 2, both: 1, onlyInForce: 1, onlyTried: 1, gone: [alarm(40)] },
  };
  const fated = fatedAlarms(replay);
  expect(fated.map(({ fate }) => fate)).toEqual(['same', 'gone', 'new']);
  expect(barsOf(fated, { from: 0, to: 100, bars: 2 })).toEqual([
    { from: 0, new: 0, same: 1, gone: 1 },
    { from: 50, new: 1, same: 0, gone: 0 },
  ]);
});
