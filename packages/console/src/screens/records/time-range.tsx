import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { dayStart, epochFromField, fieldFromEpoch } from '../../format/field-time.ts';
import { zone } from '../../format/time.ts';
import { useWords } from '../../words/words.tsx';

interface TimeRangeProps {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly change: (from: number | undefined, to: number | undefined) => void;
}

/** From and to by device clock, as Shanghai civil time whatever the zone of the browser. */
export function TimeRange({ from, to, change }: TimeRangeProps) {
  const t = useWords();
  const { now } = useConsole();
  const today = dayStart(now(), 0);
  const yesterday = dayStart(now(), 1);
  return (
    <fieldset className="chips">
      <legend className="hidden">{t('filter.time')}</legend>
      <button
        type="button"
        className="chip"
        aria-pressed={from === today && to === undefined}
        onClick={() => change(today, undefined)}
      >
        {t('filter.today')}
      </button>
      <button
        type="button"
        className="chip"
        aria-pressed={from === yesterday && to === today}
        onClick={() => change(yesterday, today)}
      >
        {t('filter.yesterday')}
      </button>
      <TimeField key={`from-${from}`} label={t('filter.from')} value={from} set={(at) => change(at, to)} />
      <span className="meta">–</span>
      <TimeField key={`to-${to}`} label={t('filter.to')} value={to} set={(at) => change(from, at)} />
      <span className="meta">{zone}</span>
    </fieldset>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly set: (at: number | undefined) => void;
}

/** Takes a date, a time or both; Enter or leaving the field applies it. */
function TimeField({ label, value, set }: TimeFieldProps) {
  const t = useWords();
  const { now } = useConsole();
  const shown = value === undefined ? '' : fieldFromEpoch(value);
  const [text, setText] = useState(shown);
  const at = epochFromField(text, now());
  const isWrong = text.trim() !== '' && at === undefined;
  const apply = (): void => {
    if (text !== shown && !isWrong) set(at);
  };
  return (
    <input
      className="time-field"
      value={text}
      placeholder={label}
      aria-label={label}
      aria-invalid={isWrong}
      title={t('filter.timeForm')}
      maxLength={16}
      autoComplete="off"
      onChange={(event) => setText(event.target.value)}
      onBlur={apply}
      onKeyDown={(event) => event.key === 'Enter' && apply()}
    />
  );
}
