import { expect, test } from 'vitest';
import { type CauseDraft, causeOf, draftOf, emptyWhy, flawsOf } from './cause.core.ts';

const why = (n: number) => ({ why: `为什么 ${n}`, because: `因为 ${n}`, evidence: n === 1 ? '端口日志\n\n照片 ' : '' });
const whole: CauseDraft = {
  method: 'fiveWhys',
  whys: [why(1), why(2), why(3), emptyWhy],
  bones: [],
  direct: '电源模块烧毁',
  indirect: '没有巡检',
  code: 'power',
};

test('a chain of three whys with evidence stands, and lines without words are left out', () => {
  expect(flawsOf(whole)).toEqual([]);
  expect(causeOf(whole)?.whyChain).toHaveLength(3);
  expect(causeOf(whole)?.whyChain[0]?.evidence).toEqual(['端口日志', '照片']);
  const cause = causeOf(whole);
  expect(cause === undefined ? undefined : causeOf(draftOf(cause))).toEqual(cause);
});

test.each([
  [{ whys: [why(1), why(2)] }, ['tooFewWhys']],
  [{ whys: [why(1), why(2), why(2)] }, ['chainBroken']],
  [{ whys: [why(1), why(2), why(3), { ...emptyWhy, why: '再问' }] }, ['halfWhy']],
  [{ whys: [why(2), why(3), why(4)] }, ['noEvidence']],
  [{ method: 'fishbone' as const }, ['tooFewBones', 'tooFewCategories']],
  [{ direct: ' ' }, ['directMissing']],
  [{ indirect: '' }, ['indirectMissing']],
  [{ code: undefined }, ['codeMissing']],
])('%j lacks %j', (change, flaws) => {
  expect(flawsOf({ ...whole, ...change })).toEqual(flaws);
  expect(causeOf({ ...whole, ...change })).toBeUndefined();
});
