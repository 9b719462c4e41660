/** What a probe saw, in plain words. */
import type { Reading } from '@cardwatch/contracts';
import type { CommonProfile, DeviceFacts, PointFailure } from '@cardwatch/drivers';
import type { Lang } from '../config/words.ts';
import { adviceFor } from './advice.ts';
import { failed, type ProbeReport, type ProbeStep } from './probe.ts';

const factWords: Readonly<Record<Exclude<keyof DeviceFacts, 'deviceClock'>, readonly [zh: string, en: string]>> = {
  newestRecordNo: ['最新流水号', 'newest record'],
  uncollected: ['未采流水', 'records not collected'],
  freeRecords: ['剩余存储', 'free records'],
  bootCounter: ['启动次数', 'starts'],
  storeLife: ['存储代', 'life of the store'],
  totalRecords: ['累计笔数', 'records in all'],
  totalFen: ['累计金额（分）', 'amount in all, fen'],
  overwrittenRecords: ['已覆盖流水', 'records overwritten'],
  blacklistVersion: ['黑名单版本', 'blacklist version'],
  parameterVersion: ['参数版本', 'parameter version'],
  firmware: ['固件', 'firmware'],
  busErrors: ['总线错误', 'bus errors'],
  sellingOffline: ['脱机', 'selling offline'],
};

/** Lines for a terminal. */
export function probeText(report: ProbeReport, profile: CommonProfile, lang: Lang): string {
  const say = (zh: string, en: string): string => (lang === 'zh' ? zh : en);
  const kind = String(report.connection.kind);
  const { identity } = report;
  return [
    `${report.deviceId} (${report.protocol}, ${reachText(report.connection)})`,
    ...report.steps.flatMap((step) => stepLines(step, kind, lang)),
    ...(report.otherKind === undefined
      ? []
      : [
          say(
            `  端口模式不符：按 ${report.otherKind} 它有应答；改线路类型，或改串口服务器的模式`,
            `  wrong port mode: as ${report.otherKind} it answers; change the kind of the link, or the mode of the serial server`,
          ),
        ]),
    ...(identity === undefined ? [] : [`  ${say('序列号', 'serial number')}: ${Object.values(identity).join(', ')}`]),
    ...identityLines(report, lang),
    ...(report.rttMs === undefined ? [] : [`  ${say('应答时间', 'reply time')}: ${Math.round(report.rttMs)} ms`]),
    ...clockLines(report, lang),
    ...report.readings.map((reading) => readingLine(reading, profile, lang)),
    ...report.points.flatMap((each) => pointLines(each, kind, lang)),
    ...factLines(report.facts, lang),
    ...(report.records + report.events === 0
      ? []
      : [
          say(
            `  读到流水 ${report.records} 条、事件 ${report.events} 条（未确认，未保存）`,
            `  read ${report.records} records and ${report.events} events (not confirmed, not kept)`,
          ),
        ]),
    ...(report.commands.length === 0 ? [] : [`  ${say('可用操作', 'operations')}: ${report.commands.join(', ')}`]),
    failed(report) ? say('结果：不正常', 'result: not well') : say('结果：正常', 'result: well'),
  ].join('\n');
}

const reachText = (connection: Readonly<Record<string, unknown>>): string =>
  ['kind', 'host', 'port', 'path', 'unit', 'address', 'terminal']
    .flatMap((key) => (connection[key] === undefined ? [] : [`${key === 'kind' ? '' : `${key} `}${String(connection[key])}`]))
    .join(' ');

function stepLines({ step, name, tookMs, failure }: ProbeStep, kind: string, lang: Lang): string[] {
  const words = {
    open: ['打开', 'open'],
    identify: ['识别', 'identify'],
    task: ['任务', 'task'],
    listen: ['等待上报', 'listen'],
  } as const;
  const title = `  ${words[step][lang === 'zh' ? 0 : 1]}${name === undefined ? '' : ` ${name}`}`;
  if (failure === undefined) return [`${title}: ${lang === 'zh' ? '好' : 'good'}, ${Math.round(tookMs)} ms`];
  const { found, look } = adviceFor(failure, kind, lang);
  return [`${title}: ${found}`, `    → ${look}`];
}

function identityLines({ identity, expectedSerial }: ProbeReport, lang: Lang): string[] {
  if (identity === undefined || expectedSerial === undefined || identity.serial === expectedSerial) return [];
  return [
    lang === 'zh'
      ? `  序列号应为 ${expectedSerial}：应答的是另一台设备`
      : `  the serial number should be ${expectedSerial}: another device answers here`,
  ];
}

function clockLines({ facts: { deviceClock } }: ProbeReport, lang: Lang): string[] {
  if (deviceClock === undefined) return [];
  const { text, at, readAt } = deviceClock;
  const off = at === undefined ? '' : `, ${((at - readAt) / 1_000).toFixed(1)} s`;
  return [`  ${lang === 'zh' ? '设备时钟' : 'device clock'}: ${text}${off}`];
}

function readingLine({ point, value, unit, quality }: Reading, { points }: CommonProfile, lang: Lang): string {
  const label = points.find(({ name }) => name === point)?.label[lang] ?? point;
  return `  ${label}: ${value === null ? quality : `${String(value)}${unit === '' ? '' : ` ${unit}`}`}`;
}

function pointLines({ points, failure }: PointFailure, kind: string, lang: Lang): string[] {
  const { found, look } = adviceFor(failure, kind, lang);
  return [`  ${points.join(', ')}: ${found}`, `    → ${look}`];
}

const factLines = (facts: DeviceFacts, lang: Lang): string[] =>
  Object.entries(factWords).flatMap(([key, words]) => {
    const value = facts[key as keyof typeof factWords];
    return value === undefined ? [] : [`  ${words[lang === 'zh' ? 0 : 1]}: ${String(value)}`];
  });
