/** Words of the second watch in both languages. */
import { healthCauseWords } from '@cardwatch/contracts/words/health';
import { timeText } from '../status/page.ts';
import { phaseWords } from '../status/status-words.ts';
import type { OwnSide } from './message.core.ts';
import { whyWords } from './condition-words.ts';
import type { Waiting, Why, WhyCode } from './second-watch.step.ts';

export interface SecondWatchWords {
  readonly title: Readonly<Record<Waiting['kind'] | 'watch', (agent: string) => string>>;
  lostSince(since: number, lastMs: number): string;
  wasLost(since: number, until: number, lastMs: number): string;
  readonly toldLate: string;
  readonly meaning: string;
  why(why: Why): string;
  collector(url: string): string;
  uplink(own: OwnSide): string;
  kept(records: number): string;
}

const seconds = (ms: number): number => Math.max(0, Math.round(ms / 1_000));
const zhSpan = (ms: number): string => {
  const s = seconds(ms);
  return s < 120
    ? `${s} 秒`
    : s < 7_200
      ? `${Math.floor(s / 60)} 分钟`
      : `${Math.floor(s / 3_600)} 小时 ${Math.floor((s % 3_600) / 60)} 分钟`;
};
const enSpan = (ms: number): string => {
  const s = seconds(ms);
  return s < 120
    ? `${s} s`
    : s < 7_200
      ? `${Math.floor(s / 60)} min`
      : `${Math.floor(s / 3_600)} h ${Math.floor((s % 3_600) / 60)} min`;
};

/** Causes that the collector named, in words where this release knows them. */
const causesIn = (code: WhyCode, detail: string, language: 'zh' | 'en'): readonly string[] =>
  code === 'degraded' ? detail.split(', ').map((cause) => known[cause]?.[language] ?? cause) : [detail];
const known: Readonly<Partial<Record<string, { readonly zh: string; readonly en: string }>>> = healthCauseWords;

export const secondWatchWords: Readonly<Record<'zh' | 'en', SecondWatchWords>> = {
  zh: {
    title: {
      lost: (agent) => `【一级】收集服务器失联（采集器 ${agent} 报告）`,
      again: (agent) => `【一级】收集服务器仍然失联（采集器 ${agent} 报告）`,
      watch: (agent) => `【一级】收集服务器在线，但值守不正常（采集器 ${agent} 报告）`,
      back: (agent) => `【恢复】收集服务器已恢复（采集器 ${agent} 报告）`,
    },
    lostSince: (since, lastMs) => `自 ${timeText(since)} 起无法确认收集服务器正常，已 ${zhSpan(lastMs)}。`,
    wasLost: (since, until, lastMs) =>
      `收集服务器自 ${timeText(since)} 至 ${timeText(until)} 无法确认正常，共 ${zhSpan(lastMs)}，现已恢复。`,
    toldLate: '失联期间本通道无法送达，此条为补报。',
    meaning: '收集服务器失联期间，它的告警和通知可能全部停止，请人工检查服务器与网络。',
    why: ({ code, detail }) =>
      `原因：${whyWords[code][0]}${detail === '' ? '' : `（${causesIn(code, detail, 'zh').join('；')}）`}`,
    collector: (url) => `收集服务器：${url}`,
    uplink: ({ site, agent, uplink }) =>
      `采集器 ${site}/${agent} 的上行：${phaseWords[uplink.phase][0]}，自 ${timeText(uplink.since)} 起`,
    kept: (records) => `本采集器日志中未确认流水：${records} 条，不会丢失`,
  },
  en: {
    title: {
      lost: (agent) => `[Level 1] The collector is lost (told by agent ${agent})`,
      again: (agent) => `[Level 1] The collector is still lost (told by agent ${agent})`,
      watch: (agent) => `[Level 1] The collector answers, its watch is not well (told by agent ${agent})`,
      back: (agent) => `[Cleared] The collector is back (told by agent ${agent})`,
    },
    lostSince: (since, lastMs) =>
      `Since ${timeText(since)} the collector could not be seen to be well, for ${enSpan(lastMs)} now.`,
    wasLost: (since, until, lastMs) =>
      `The collector could not be seen to be well from ${timeText(since)} to ${timeText(until)}, ${enSpan(lastMs)}; it is back.`,
    toldLate: 'This channel could not be reached meanwhile: it was not told before.',
    meaning: 'While it is lost its alarms and messages may all have stopped: look at the server and at the network.',
    why: ({ code, detail }) => `Why: ${whyWords[code][1]}${detail === '' ? '' : ` (${causesIn(code, detail, 'en').join('; ')})`}`,
    collector: (url) => `Collector: ${url}`,
    uplink: ({ site, agent, uplink }) =>
      `Uplink of agent ${site}/${agent}: ${phaseWords[uplink.phase][1]} since ${timeText(uplink.since)}`,
    kept: (records) => `Records in this agent's journal that are not acknowledged: ${records}; none is lost`,
  },
};
