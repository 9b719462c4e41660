import { type Alarm, type AlarmReason, NoticeState, RuleId, Suppressor } from '@cardwatch/contracts/watch';
import { StateCause } from '@cardwatch/contracts';
import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { stormCode } from '../notify/storm-groups.core.ts';
import { openEntry } from './entry.core.ts';
import {
  alarmText,
  alarmTitle,
  alarmWords,
  type Language,
  reasonWords,
  textCharsMax,
  titleCharsMax,
  whyText,
} from '@cardwatch/contracts/words';

const languages: readonly Language[] = ['zh', 'en'];
const now = epochMs(1_790_000_000_000);

/** Gaps that a template names. */
const gaps = (text: string): string[] => [...text.matchAll(/\{([A-Za-z]+)\}/g)].map((match) => match[1] ?? '').toSorted();

const alarm = (more: Partial<Alarm> = {}): Alarm => ({
  ...openEntry(
    {
      alarmId: '00000000-0000-4000-8000-000000000001' as Alarm['alarmId'],
      rule: 'deviceOffline',
      version: 1,
      finding: {
        subject: { kind: 'device', id: 'pos-07' },
        grade: 'breach',
        level: 1,
        reason: { code: 'deviceOffline', values: { name: '07 号机', area: 'main/canteen-3', minutes: 3, cause: 'noReply' } },
        evidence: null,
        devices: ['pos-07'],
        campus: 'main',
        area: 'main/canteen-3',
      },
      rested: undefined,
    },
    now,
  ).alarm,
  ...more,
});

describe('every rule', () => {
  test('has title and text in both languages, with the same gaps', () => {
    expect(RuleId.options.length).toBeGreaterThanOrEqual(50);
    for (const rule of RuleId.options) {
      const [zh, en] = [alarmWords.zh.rules[rule], alarmWords.en.rules[rule]];
      for (const template of [zh, en])
        expect([rule, template.title.length > 3, template.text.length > 3]).toEqual([rule, true, true]);
      expect([rule, [...new Set(gaps(zh.title + zh.text))]]).toEqual([rule, [...new Set(gaps(en.title + en.text))]]);
      expect([rule, /[一-鿿]/.test(en.title + en.text), /[一-鿿]/.test(zh.title)]).toEqual([rule, false, true]);
    }
  });

  test.each<[Language, string]>([
    ['zh', '预警风暴：23 条预警，7 条未恢复'],
    ['en', 'Alarm storm: 23 alarms, 7 not over'],
  ])('a storm, which no rule finds, has words too: %s', (language, title) => {
    expect(reasonWords({ code: stormCode, values: { total: 23, active: 7, 一食堂: 12 } }, language).title).toBe(title);
  });

  test('shows – for what is missing, and never a gap', () => {
    let visited = 0;
    for (const language of languages)
      for (const code of RuleId.options) {
        const { title, text } = reasonWords({ code, values: {} }, language);
        expect(`${title}${text}`).not.toMatch(/[{}]|undefined|NaN/);
        if (code !== 'testAlarm') expect(`${title}${text}`).toContain('–');
        visited++;
      }
    expect(visited).toBe(2 * RuleId.options.length);
  });

  test('other tables have the same keys in both languages', () => {
    for (const table of ['levels', 'conditions', 'handlings', 'suppressors', 'refusals', 'whys', 'units', 'terms'] as const)
      expect([table, Object.keys(alarmWords.zh[table]).toSorted()]).toEqual([
        table,
        Object.keys(alarmWords.en[table]).toSorted(),
      ]);
    for (const cause of StateCause.options) expect([cause, alarmWords.zh.terms[cause] !== undefined]).toEqual([cause, true]);
    expect(Suppressor.options.length + NoticeState.options.length).toBe(15);
  });
});

describe('values', () => {
  const say = (code: string, values: AlarmReason['values']): string => reasonWords({ code, values }, 'zh').text;

  test.each([
    [
      'amountHigh',
      { name: 'A', area: 'x', value: 12_345, unit: 'fen', expected: 10_000, count: 1, tail: '1234' },
      'A（x）单笔 ¥123.45，参考上限 ¥100.00，卡尾号 1234，一小时内 1 笔。',
    ],
    ['deviceOffline', { name: 'clock', area: 'x', minutes: 119, cause: 'noReply' }, 'clock（x）已离线 119 分钟，原因：无应答。'],
    ['deviceOffline', { name: 'A', area: '', minutes: 150, cause: 'odd' }, 'A（–）已离线 2.5 小时，原因：odd。'],
    ['deviceOffline', { name: 'A', area: 'x', minutes: 4_320, cause: 'constructor' }, 'A（x）已离线 3 天，原因：constructor。'],
    [
      'clockDrift',
      { name: 'A', area: 'x', value: 90, unit: 's', what: 'unsynced' },
      'A（x）时钟偏差 90 秒（未与时间服务器同步），阈值 –。',
    ],
    ['agentStorage', { name: 'A', value: 'tight' }, '采集代理 A 的流水日志：空间紧张。'],
    ['valveStuck', { name: 'A', area: 'x', what: 'closed' }, 'A（x）阀门状态与指令不符：应开而关。'],
    ['leak', { name: '{value}', area: 'x', value: Number.NaN, unit: 'L/min' }, '{value}（x）无人用水而流量为 –，阈值 –。'],
    ['fromTheFuture', { name: 'A', value: 3 }, 'fromTheFuture A 3'],
    ['toString', { name: 'A' }, 'toString A –'],
  ])('%s %j', (code, values, text) => {
    expect(say(code, values as AlarmReason['values'])).toBe(text);
  });

  test('are cut at the limits, by whole characters', () => {
    const { title, text } = reasonWords(
      { code: 'deviceOffline', values: { name: '🎓'.repeat(200), area: '楼'.repeat(1_000) } },
      'zh',
    );
    expect([Array.from(title).length, Array.from(text).length]).toEqual([titleCharsMax, textCharsMax]);
    expect(title.endsWith('🎓…')).toBe(true);
  });
});

describe('an alarm', () => {
  test('carries level, money and what it explains', () => {
    expect(alarmTitle(alarm(), 'zh')).toBe('一级 07 号机 离线');
    expect(alarmTitle(alarm({ exposure: { records: 120, fen: 123_400, estimated: true, oldestAt: now } }), 'zh')).toBe(
      '一级 07 号机 离线（约 120 笔 ¥1234.00 未上传）',
    );
    expect(
      alarmTitle(alarm({ condition: 'cleared', exposure: { records: 12, fen: null, estimated: false, oldestAt: now } }), 'en'),
    ).toBe('Cleared: 07 号机 is offline (12 records not uploaded)');
    expect(alarmText(alarm({ symptoms: 40 }), 'zh')).toBe(
      '07 号机（main/canteen-3）已离线 3 分钟，原因：无应答。影响 40 条预警。',
    );
  });

  test('why nobody was told, in words', () => {
    const muted = {
      code: 'messageMuted',
      by: 'li',
      since: now,
      values: { channel: 'wecom', mutedBy: 'maintenance:w-1', attempts: 0 },
    } as const;
    expect(whyText(muted, 'zh')).toBe('给 li 的 企业微信 消息在发送时被 维护窗口 w-1 拦下。');
    const held = { code: 'handledBy', by: 'li', since: now, values: { handling: 'onHold' } } as const;
    expect(whyText(held, 'en')).toBe('li, on hold since 09-21 22:13.');
    for (const code of Object.keys(alarmWords.zh.whys) as (keyof typeof alarmWords.zh.whys)[])
      for (const language of languages)
        expect(whyText({ code, by: null, since: null, values: {} }, language)).not.toMatch(/[{}]|undefined/);
  });
});
