/** What is wrong with a calendar, a contract, a picture or two accounts, by the code of the check that found it; `value` is what stands there. */
import type { FaultCode } from '../services/failure.ts';
import type { Words } from './words.core.ts';

const sentences: Readonly<Record<FaultCode, Words>> = {
  noSuchDay: { zh: '没有这一天：{value}。', en: 'There is no such day: {value}.' },
  noSuchTime: { zh: '没有这个时刻：{value}，一天到 24:00 为止。', en: 'There is no such time: {value}. A day ends at 24:00.' },
  timesOutOfOrder: { zh: '结束时刻须晚于开始时刻：{value}。', en: 'The end must be after the beginning: {value}.' },
  timesOverlap: { zh: '同一天的时段重叠：{value}。', en: 'Hours of one day overlap: {value}.' },
  datesOutOfOrder: { zh: '结束日期早于开始日期：{value}。', en: 'The last day is before the first: {value}.' },
  periodsOverlap: { zh: '两段时间重叠，且不能同时成立：{value}。', en: 'Two periods overlap that cannot both hold: {value}.' },
  madeUpTwice: { zh: '同一天写了两次调休：{value}。', en: 'The same day is made up twice: {value}.' },
  neverOpen: {
    zh: '日历“{value}”没有任何工作时间，计时永远不会走。',
    en: 'The calendar "{value}" has no hours at all: no clock would ever run.',
  },
  reservedName: {
    zh: '名称“{value}”固定表示全天候，请换一个。',
    en: 'The name "{value}" always means around the clock. Choose another.',
  },
  tooManyDays: { zh: '单独设置的日子过多：{value} 天，最多 1500 天。', en: 'Too many single days: {value}; at most 1,500.' },
  unknownCalendar: { zh: '没有名为“{value}”的日历，请先建立。', en: 'There is no calendar "{value}". Make it first.' },
  limitsOutOfOrder: { zh: '后一步的时限短于前一步：{value}。', en: 'A later step is due sooner than an earlier one: {value}.' },
  pictureKind: {
    zh: '这不是 PNG、JPEG 或 WebP 图片（不收 SVG）。',
    en: 'This is no PNG, JPEG or WebP picture (SVG is not taken).',
  },
  pictureDamaged: { zh: '图片不完整，请重新导出后再传。', en: 'The picture is not whole. Export it again.' },
  pictureTrailing: {
    zh: '图片后面还有别的内容，请重新导出后再传。',
    en: 'Something stands behind the picture. Export it again.',
  },
  pictureSide: {
    zh: '图片边长超过 10,000 像素，请缩小后再传。',
    en: 'A side of the picture is over 10,000 px. Make it smaller.',
  },
  sameAccount: {
    zh: '两个账号不能同名：{value}。',
    en: 'The two accounts need different names: {value}.',
  },
  samePassword: {
    zh: '两个账号的密码不能相同。',
    en: 'The two accounts need different passwords.',
  },
  sameFirstDay: {
    zh: '合同“{value}”从同一时刻起生效，请改生效时间。',
    en: 'The contract "{value}" holds from the same moment. Change the first day.',
  },
};

export function faultWords(why: FaultCode, value: string): Words {
  const { zh, en } = sentences[why];
  return { zh: zh.replace('{value}', value), en: en.replace('{value}', value) };
}
