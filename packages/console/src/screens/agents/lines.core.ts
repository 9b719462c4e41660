import type { AgentDto, DeviceDto } from '@cardwatch/contracts/api';

type LineDto = AgentDto['lines'][number];

/** One line of an agent; connections to several hosts by one name are one line. */
export interface LineFigures extends LineDto {
  readonly connections: number;
  /** Share of the requests that were not answered; null: none were made. */
  readonly timeoutShare: number | null;
  /** Share of the requests whose answer was damaged or came too late. */
  readonly errorShare: number | null;
  /** Nothing was asked on it: its devices report by themselves, or it does not run. */
  readonly silent: boolean;
}

/** Lines by name, each once. Counts add up; utilisation is that of the busiest connection. */
export function linesOf(lines: readonly LineDto[]): readonly LineFigures[] {
  const byName = Map.groupBy(lines, ({ line }) => line);
  return [...byName]
    .map(([line, same]) => figuresOf(line, same))
    .toSorted((a, b) => a.line.localeCompare(b.line, 'zh', { numeric: true }));
}

function figuresOf(line: string, same: readonly LineDto[]): LineFigures {
  const sum = (of: (one: LineDto) => number): number => same.reduce((total, one) => total + of(one), 0);
  const requests = sum((one) => one.requests);
  const timeouts = sum((one) => one.timeouts);
  const crcErrors = sum((one) => one.crcErrors);
  const lateFrames = sum((one) => one.lateFrames);
  const share = (count: number): number | null => (requests === 0 ? null : Math.min(1, count / requests));
  return {
    line,
    connections: same.length,
    utilisationPct: same.reduce((most, one) => Math.max(most, one.utilisationPct), 0),
    requests,
    timeouts,
    crcErrors,
    noiseBytes: sum((one) => one.noiseBytes),
    lateFrames,
    timeoutShare: share(timeouts),
    errorShare: share(crcErrors + lateFrames),
    silent: requests === 0,
  };
}

/** `0`, `0.3 %`, `< 0.1 %`: small, but not none. */
export function shareText(share: number): string {
  if (share === 0) return '0';
  const pct = share * 100;
  return pct < 0.1 ? '< 0.1 %' : `${Math.round(pct * 10) / 10} %`;
}

/** A share that is worth the eye. */
export const shareWorth = 0.01;

/** Devices of a line, those that are not well first. */
export function devicesOn(devices: readonly DeviceDto[], line: string): readonly DeviceDto[] {
  const isWell = ({ state }: DeviceDto): number => Number(state === 'online');
  return devices
    .filter((device) => device.line === line)
    .toSorted((a, b) => isWell(a) - isWell(b) || a.name.localeCompare(b.name, 'zh', { numeric: true }));
}
