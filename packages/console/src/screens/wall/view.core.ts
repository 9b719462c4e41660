/** What stands on the wall at one moment. */
import type { StandingDto, WallAlarmDto, WallDto } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';

export const wallTimes = {
  rotateMs: 20_000,
  renewMs: 10_000,
  dayRenewMs: 60_000,
  /** Older than this it is no longer live, and says so. */
  staleMs: 30_000,
} as const;

export const alarmsOnPage = 6;

/** All campuses together first, then each; one campus has no "all". `held`: the address names one. */
export function stopsOf({ campuses }: Pick<WallDto, 'campuses'>, held: string | undefined): readonly (string | null)[] {
  const names = campuses.map(({ campus }) => campus);
  if (held !== undefined) return [held];
  return names.length === 1 ? names : [null, ...names];
}

/** `null`: all of them. A campus that is not there has nothing. */
export const standingAt = (wall: WallDto, stop: string | null): StandingDto | undefined =>
  stop === null ? wall.total : wall.campuses.find(({ campus }) => campus === stop);

export const alarmsAt = ({ alarms }: WallDto, stop: string | null): readonly WallAlarmDto[] =>
  stop === null ? alarms : alarms.filter(({ campus }) => campus === stop || campus === null);

/** Page after page, one a turn. */
export function pageOf<T>(items: readonly T[], turn: number): readonly T[] {
  const pages = Math.max(1, Math.ceil(items.length / alarmsOnPage));
  const from = (turn % pages) * alarmsOnPage;
  return items.slice(from, from + alarmsOnPage);
}

/** 0 to 100 with one decimal, rounded down so that 100 means all; null: nothing is open now. */
export const onlineShare = ({ open, openOnline }: Pick<StandingDto, 'open' | 'openOnline'>): string | null =>
  open === 0 ? null : (Math.floor((openOnline * 1_000) / open) / 10).toFixed(1);

export const wholeDays = (from: number, to: number): number => Math.max(0, Math.floor((to - from) / dayMs));

/** Since when every fen is explained: today while a gap is open. */
export const explainedDays = ({ openGaps, lastUnexplainedAt, safeSince }: WallDto, now: number): number =>
  openGaps > 0 ? 0 : wholeDays(lastUnexplainedAt ?? safeSince, now);

export const isStaleAt = (asOf: number, now: number): boolean => now - asOf > wallTimes.staleMs;

/** `¥12,345.67` below a million, then `123.46 万元`: what is read from five metres. */
export function farMoney(fen: number, words: { readonly tenThousand: string }): string {
  const yuan = fen / 100;
  if (Math.abs(yuan) < 1_000_000) return `¥${grouped(Math.round(yuan))}`;
  return `¥${grouped(Math.round(yuan / 100) / 100)} ${words.tenThousand}`;
}

const grouped = (value: number): string => {
  const [whole = '', decimals] = String(value).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${decimals === undefined ? '' : `.${decimals}`}`;
};

/** Of a screen of 1920 x 1080: how much bigger everything is. */
export const scaleOf = (width: number, height: number): number => Math.max(0.3, Math.min(width / 1920, height / 1080));
