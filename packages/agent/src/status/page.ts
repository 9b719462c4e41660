/** The local status page: plain HTML without any asset, so that it works with the network cut. */
import type { Stream } from '@cardwatch/contracts';
import { type EpochMs, epochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import { conditionWords, whyWords } from '../second-watch/condition-words.ts';
import type { AgentStatus, DeviceStatus } from './status.ts';
import { blockedWords, both, causeWords, phaseWords, stateWords, wayWords } from './status-words.ts';

/** Rows of devices on the page; the JSON has all of them. */
export const pageDevicesMax = 1_000;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const text = (value: string | number | undefined): string =>
  String(value ?? '–').replace(/[&<>"']/g, (char) => escapes[char] ?? '');

const pad = (value: number): string => String(value).padStart(2, '0');

/** Shanghai time of day with the date, `11-23 08:05:09`. */
export function timeText(at: number | undefined): string {
  if (at === undefined) return '–';
  const { month, day, hour, minute, second } = shanghaiFromEpoch(epochMs(at));
  return `${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

/** `2 h 13 min`, `45 s`. */
export function ageText(since: number | undefined, now: EpochMs): string {
  if (since === undefined) return '–';
  const seconds = Math.max(0, Math.round((now - since) / 1_000));
  if (seconds <= 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const row = (cells: readonly (string | number | undefined)[], tag: 'td' | 'th' = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`;

export const table = (head: readonly string[], rows: readonly string[]): string =>
  `<table><thead>${row(head, 'th')}</thead><tbody>${rows.join('')}</tbody></table>`;

export const style = `body{font:14px/22px system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:16px;color:#1d232b;background:#fff;font-variant-numeric:tabular-nums}
h1{font-size:20px;margin:0 0 4px}h2{font-size:16px;margin:20px 0 4px}p{margin:4px 0}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:2px 12px 2px 0;border-bottom:1px solid #dfe3e8}
th{font-weight:600;color:#4c5765}.bad{color:#c8321e;font-weight:600}@media (prefers-color-scheme:dark){body{background:#14181d;color:#dde3ea}th{color:#9aa6b3}th,td{border-color:#2b333c}.bad{color:#ff6b57}}`;

export function statusPage(status: AgentStatus): string {
  const now = epochMs(status.at);
  const shown = [...status.devices].sort(worstFirst).slice(0, pageDevicesMax);
  const rest = status.devices.length - shown.length;
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<title>${text(status.agent)} · 一卡通值守 Cardwatch</title><style>${style}</style></head><body>
<h1>采集器 Agent ${text(status.agent)}</h1>
<p>站点 Site ${text(status.site)} · 版本 Version ${text(status.version)} · ${timeText(status.at)} · 已运行 up ${ageText(status.startedAt, now)} · <a href="/status.json">JSON</a></p>
${summary(status, now)}
${secondWatchText(status, now)}${reloadText(status)}${traceText(status)}
<h2>日志 Journal</h2>${journalTable(status, now)}
<h2>线路 Lines</h2>${silentText(status, now)}${lineTable(status)}
<h2>设备 Devices (${status.devices.length})</h2>${deviceTable(shown, now)}
${rest > 0 ? `<p>另有 ${rest} 台，见 JSON · ${rest} more in the JSON</p>` : ''}
</body></html>
`;
}

function reloadText({ reload }: AgentStatus): string {
  if (reload === undefined) return '';
  const words =
    reload.outcome === 'taken' ? '配置已重新载入 Configuration reloaded' : '新配置被拒绝，沿用旧配置 New configuration refused';
  return `<p${reload.outcome === 'taken' ? '' : ' class="bad"'}>${words} ${timeText(reload.at)}: ${text(reload.detail)}</p>`;
}

function secondWatchText({ secondWatch }: AgentStatus, now: EpochMs): string {
  if (secondWatch === undefined) return '';
  const { collector, condition, since, checkedAt, why, channels } = secondWatch;
  const reason = why === null ? '' : ` · ${both(whyWords[why.code])} ${why.detail}`;
  const lasting = since === null ? '' : ` ${ageText(since, now)}`;
  const told = channels.map(({ name, by, toldAt, waiting, tries, problem }) =>
    [
      `${name} (${by})`,
      ...(toldAt === null ? [] : [`已通知 told ${timeText(toldAt)}`]),
      ...(waiting === null ? [] : [`待发 waiting: ${waiting}, ${tries}`]),
      ...(problem === null ? [] : [problem]),
    ].join(' '),
  );
  const bad = condition === 'lost' || channels.some(({ problem }) => problem !== null);
  return `<p${bad ? ' class="bad"' : ''}>${text(
    `看护收集服务器 Watch over ${collector}: ${both(conditionWords[condition])}${lasting}${reason} · 检查 checked ${timeText(checkedAt ?? undefined)} · ${told.join(' · ')}`,
  )}</p>`;
}

function traceText({ traces = [] }: AgentStatus): string {
  const links = traces.map(
    ({ deviceId, running, seen, endsAt }) =>
      `<a href="/trace?device=${encodeURIComponent(deviceId)}">${text(deviceId)}</a> ${seen} ${running ? `→ ${timeText(endsAt)}` : '已结束 ended'}`,
  );
  return links.length === 0 ? '' : `<p>报文跟踪 Traces: ${links.join(' · ')}</p>`;
}

function summary({ uplink, moneyBlocked, storage, epoch }: AgentStatus, now: EpochMs): string {
  const link = `上行 Uplink: ${both(phaseWords[uplink.phase])} (${ageText(uplink.since, now)})`;
  const next = uplink.nextAttemptAt === undefined ? '' : ` · 下次 next ${timeText(uplink.nextAttemptAt)}`;
  const problem = uplink.lastProblem === undefined ? '' : ` · ${uplink.lastProblem}`;
  const blocked = moneyBlocked === undefined ? '' : `<p class="bad">${text(both(blockedWords[moneyBlocked]))}</p>`;
  return `<p${uplink.phase === 'online' ? '' : ' class="bad"'}>${text(link + next + problem)}</p>
<p>最近收到 Last heard: ${timeText(uplink.lastHeardAt)} · 日志代 Epoch ${text(epoch)} · 存储 Storage: ${text(storage)}</p>${blocked}`;
}

const streamWords: Readonly<Record<Stream, string>> = { money: '流水 money', event: '事件 event', health: '状态 health' };

function journalTable({ streams }: AgentStatus, now: EpochMs): string {
  const rows = (['money', 'event', 'health'] as const).map((stream) => {
    const { records, bytes, oldestUnackedAt, inFlight, credit } = streams[stream];
    return row([streamWords[stream], records, bytes, ageText(oldestUnackedAt, now), `${inFlight} / ${credit}`]);
  });
  return table(['流 Stream', '未确认 Unacknowledged', '字节 Bytes', '最早 Oldest', '在途 In flight / credit'], rows);
}

function silentText({ silentLines }: AgentStatus, now: EpochMs): string {
  if (silentLines.length === 0) return '';
  const lines = silentLines.map(({ line, since, devices }) => `${line} (${devices}, ${ageText(since, now)})`);
  return `<p class="bad">${text(`线路无声 Lines of which nobody is heard: ${lines.join(', ')}`)}</p>`;
}

function lineTable({ lines }: AgentStatus): string {
  const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
  const rows = lines.map((line) =>
    row([
      line.line,
      `${line.utilisationPct.toFixed(1)} %`,
      line.requests,
      share(line.timeouts, line.requests),
      share(line.crcErrors, line.requests),
      line.noiseBytes,
      line.lateFrames,
    ]),
  );
  return table(
    [
      '线路 Line',
      '占用 Utilisation',
      '请求 Requests',
      '超时 Timeouts',
      '校验错 CRC errors',
      '杂波字节 Noise bytes',
      '迟到帧 Late frames',
    ],
    rows,
  );
}

function deviceTable(devices: readonly DeviceStatus[], now: EpochMs): string {
  const rows = devices.map((device) =>
    row([
      device.deviceId,
      device.name,
      device.place,
      device.line,
      [device.linkKind, device.way === undefined ? undefined : both(wayWords[device.way])]
        .filter((part) => part !== undefined)
        .join(' · '),
      both(stateWords[device.state]),
      device.cause === undefined ? '' : both(causeWords[device.cause]),
      ageText(device.since, now),
      device.rttMs === undefined ? undefined : `${Math.round(device.rttMs)} ms`,
      device.lastRecordNo === undefined ? undefined : `${device.generation ?? ''}/${device.lastRecordNo}`,
      device.uncollected,
      device.openGaps,
    ]),
  );
  return table(
    [
      '编号 Id',
      '名称 Name',
      '位置 Place',
      '线路 Line',
      '方式 Way',
      '状态 State',
      '原因 Cause',
      '持续 For',
      '往返 RTT',
      '流水号 Last record',
      '未采 Uncollected',
      '缺口 Gaps',
    ],
    rows,
  );
}

const ranks: Readonly<Record<DeviceStatus['state'], number>> = {
  offline: 0,
  sellingOffline: 1,
  degraded: 2,
  unknown: 3,
  maintenance: 4,
  disabled: 5,
  online: 6,
};

const worstFirst = (a: DeviceStatus, b: DeviceStatus): number =>
  ranks[a.state] - ranks[b.state] || (a.deviceId < b.deviceId ? -1 : 1);
