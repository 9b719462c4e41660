import { describe, expect, test } from 'vitest';
import { type PageAlarm, acknowledgePage, pageBytesMax } from './acknowledge-page.core.ts';
import { linkAddressLimits, LinkRate } from '../services/alarm/link-rate.core.ts';

const alarm: PageAlarm = {
  reason: { code: 'deviceOffline', values: { name: '<b>一食堂"1</b>', area: 'main/canteen-1' } },
  level: 1,
  subject: { kind: 'device', id: 'pos-1' },
  condition: 'active',
  raisedAt: Date.UTC(2026, 10, 23, 4, 5),
  foundAt: 0,
  handling: 'new',
};

describe('the page', () => {
  test.each([
    ['zh', ['一级', '2026-11-23 12:05', '持续中', '确认此预警', '一卡通值守']],
    ['en', ['2026-11-23 12:05', 'Acknowledge this alarm', 'Cardwatch', 'Since']],
  ] as const)('shows title, level and since in %s, without a script', (language, wanted) => {
    const page = acknowledgePage({ kind: 'asking', alarm }, language);
    for (const text of wanted) expect(page).toContain(text);
    expect(page).toContain('&lt;b&gt;一食堂&quot;1&lt;/b&gt;');
    expect(page).toMatch(/<form method="post"><button type="submit">/);
    expect(page).not.toMatch(/<script|<b>|javascript:|\son\w+=/i);
  });

  test('stays small however long a name is', () => {
    const values = { name: '<'.repeat(200), area: '&'.repeat(200) };
    for (const language of ['zh', 'en'] as const) {
      const page = acknowledgePage({ kind: 'asking', alarm: { ...alarm, reason: { ...alarm.reason, values } } }, language);
      expect(new TextEncoder().encode(page).length).toBeLessThan(pageBytesMax);
    }
  });

  test('names no card', () => {
    const reason = { code: 'impossibleSequence', values: { name: '尾号 4711', from: 'a', to: 'b' } };
    const subject = { kind: 'card', id: 'c-4711' } as const;
    const pages = (['asking', 'done'] as const).map((kind) =>
      acknowledgePage({ kind, alarm: { ...alarm, reason, subject } }, 'zh'),
    );
    for (const page of pages) expect(page).not.toContain('4711');
    expect(pages[0]).toContain('轨迹不可能');
  });

  test('a link that does not hold says why and has no button', () => {
    const page = acknowledgePage({ kind: 'failed', why: { zh: '已用过。', en: 'Used.' } }, 'en');
    expect(page).toContain('Used.');
    expect(page).not.toContain('<form');
  });
});

describe('the rate of one address', () => {
  const { burst, refillMs, keysMax } = linkAddressLimits;
  test('so many at once, then one each time that it fills', () => {
    const rate = new LinkRate(linkAddressLimits);
    const taken = (nowMs: number): number | null => rate.take('10.0.0.1', nowMs);
    expect(Array.from({ length: burst }, () => taken(0)).filter((wait) => wait !== null)).toEqual([]);
    expect([taken(0), taken(refillMs - 1), taken(refillMs), taken(refillMs)]).toEqual([2, 1, null, 2]);
    expect(rate.take('10.0.0.2', 0)).toBeNull();
  });

  test('remembers so many addresses, the latest', () => {
    const rate = new LinkRate(linkAddressLimits);
    for (let n = 0; n <= keysMax; n++) rate.take(`10.${n}`, n);
    expect(rate.size).toBe(keysMax);
  });
});
