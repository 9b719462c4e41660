import type { EpochMs } from '@cardwatch/kernel';
import { count } from '../format/money.ts';
import { duration, fullTime, shortTime } from '../format/time.ts';
import { useLanguage } from '../words/words.tsx';
import type { Column } from './column.ts';

/** Not known, or not said by this model. */
export const none = <span className="meta">–</span>;

/** A time as short as it can be told, the whole of it on hovering. */
export function Moment({ at, now }: { readonly at: number | null; readonly now: EpochMs }) {
  const { language } = useLanguage();
  return at === null ? none : <span title={fullTime(at, language)}>{shortTime(at, now)}</span>;
}

/** How long something has been so, the time since when on hovering. */
export function Since({ at, now }: { readonly at: number; readonly now: EpochMs }) {
  const { language } = useLanguage();
  return (
    <span className="meta since" title={fullTime(at, language)}>
      {duration(now - at, language)}
    </span>
  );
}

interface CountColumn<T> {
  readonly key: string;
  readonly title: string;
  readonly track: string;
  readonly of: (row: T) => number | null;
}

/** A right-aligned whole number. */
export function countColumn<T>({ key, title, track, of }: CountColumn<T>): Column<T> {
  const cell = (row: T) => {
    const value = of(row);
    return value === null ? none : count(value);
  };
  return { key, title, track, align: 'end', cell, text: of };
}
