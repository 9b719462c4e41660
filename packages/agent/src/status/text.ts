import { epochMs } from '@cardwatch/kernel';
import type { Lang } from '../config/words.ts';
import { conditionWords, whyWords } from '../second-watch/condition-words.ts';
import { ageText, timeText } from './page.ts';
import type { AgentStatus } from './status.ts';
import { blockedWords, causeWords, phaseWords, stateWords } from './status-words.ts';

/** The status as lines for a terminal; of the devices those that are not online. */
export function statusText(status: AgentStatus, lang: Lang): string {
  const word = (words: readonly [string, string]): string => (lang === 'zh' ? words[0] : words[1]);
  const say = (zh: string, en: string): string => (lang === 'zh' ? zh : en);
  const now = epochMs(status.at);
  const count = status.devices.filter(({ state }) => state === 'online').length;
  const { uplink, streams } = status;
  const depth = (['money', 'event', 'health'] as const).map((name) => `${name} ${streams[name].records}`).join(', ');
  const others = status.devices.filter(({ state }) => state !== 'online' && state !== 'disabled');
  return [
    `${say('采集器', 'agent')} ${status.site}/${status.agent} ${status.version}, ${timeText(status.at)}`,
    `${say('上行', 'uplink')}: ${word(phaseWords[uplink.phase])}${uplink.lastProblem === undefined ? '' : `, ${uplink.lastProblem}`}`,
    `${say('日志代', 'epoch')}: ${status.epoch ?? '-'}; ${say('未确认', 'unacknowledged')}: ${depth}`,
    ...(status.moneyBlocked === undefined ? [] : [word(blockedWords[status.moneyBlocked])]),
    ...(status.reload === undefined
      ? []
      : [
          `${status.reload.outcome === 'taken' ? say('配置已重新载入', 'configuration reloaded') : say('新配置被拒绝', 'new configuration refused')} ${timeText(status.reload.at)}: ${status.reload.detail}`,
        ]),
    ...secondWatchText(status, lang),
    `${say('设备在线', 'devices online')}: ${count} / ${status.devices.length}`,
    ...others.map(
      ({ deviceId, name, state, cause, since }) =>
        `  ${deviceId} ${name}: ${word(stateWords[state])}${cause === undefined ? '' : ` (${word(causeWords[cause])})`}, ${ageText(since, now)}`,
    ),
  ].join('\n');
}

function secondWatchText({ secondWatch, at }: AgentStatus, lang: Lang): string[] {
  if (secondWatch === undefined) return [];
  const word = (words: readonly [string, string]): string => (lang === 'zh' ? words[0] : words[1]);
  const { collector, condition, since, why, channels } = secondWatch;
  const head = lang === 'zh' ? '看护收集服务器' : 'watch over the collector';
  const lasting = since === null ? '' : `, ${ageText(since, epochMs(at))}`;
  const reason = why === null ? '' : `, ${word(whyWords[why.code])} ${why.detail}`.trimEnd();
  return [
    `${head} ${collector}: ${word(conditionWords[condition])}${lasting}${reason}`,
    ...channels.flatMap(({ name, problem }) => (problem === null ? [] : [`  ${name}: ${problem}`])),
  ];
}
