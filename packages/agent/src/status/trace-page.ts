import { epochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import type { TraceView } from '../trace/trace-book.ts';
import { row, style, table, text, timeText } from './page.ts';

/** What went over the wire of one device, newest first. */
export function tracePage(trace: TraceView): string {
  const { deviceId, frames, seen, running, endsAt } = trace;
  const rows = [...frames]
    .reverse()
    .map(({ n, at, way, hex, text: words, note }) =>
      row([n, millisText(at), way === 'sent' ? '→ 发 sent' : '← 收 received', spaced(hex) ?? words, note]),
    );
  const state = running ? `至 until ${timeText(endsAt)}` : '已结束 ended';
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${running ? '<meta http-equiv="refresh" content="2">' : ''}
<title>${text(deviceId)} · 报文跟踪 Trace</title><style>${style}td:nth-child(4){font-family:ui-monospace,monospace;word-break:break-all}</style></head><body>
<h1>报文跟踪 Trace ${text(deviceId)}</h1>
<p>${text(state)} · ${text(seen)} 帧 frames · <a href="/">状态页 Status</a></p>
${table(['#', '时刻 Time', '方向 Way', '内容 Content', '备注 Note'], rows)}
</body></html>
`;
}

/** `01 03 00 00`. */
export const spaced = (hex: string | undefined): string | undefined => hex?.replace(/([0-9a-fA-F]{2})(?=[0-9a-fA-F])/g, '$1 ');

/** Shanghai time of day to the millisecond. */
export function millisText(at: number): string {
  const { hour, minute, second } = shanghaiFromEpoch(epochMs(at));
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  return `${pad(hour)}:${pad(minute)}:${pad(second)}.${pad(Math.floor(at % 1_000), 3)}`;
}
