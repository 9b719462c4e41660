import type { ResponseOf } from '@cardwatch/contracts/api';
import type { Shift } from '@cardwatch/contracts/watch';
import { dayMs } from '@cardwatch/kernel';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type CSSProperties, useState } from 'react';
import { dutyKeys } from '../../api/duty-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { dayStart, fieldFromEpoch } from '../../format/field-time.ts';
import { day, duration, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { dutyName } from '../../words/duty-name.ts';
import { useLanguage } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';
import { dutiesOf, placeOf, rosterOf, type Span, type Stretch, without } from './duty.core.ts';
import { ShiftDialog } from './shift-dialog.tsx';

const days = 7;

/** The next seven days: each duty as base, overrides and result, the hours of nobody by name; every shift below. */
export function RosterTab() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(60_000);
  const may = useMay('duty:edit');
  const list = useQuery(queries.shifts());
  const people = useQuery(queries.recipients()).data?.items ?? [];
  const [adding, setAdding] = useState<Partial<Shift>>();
  const from = dayStart(now, 0);
  const window = { from, to: from + days * dayMs };
  const nameOf = (recipientId: string): string =>
    people.find((one) => one.recipientId === recipientId)?.displayName ?? recipientId;
  const data = list.data;
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {may && (
        <div className="filters">
          <Button size="small" type="primary" disabled={people.length === 0} onClick={() => setAdding({})}>
            {t('shift.add')}
          </Button>
          {data !== undefined && data.shifts.length > 0 && (
            <Button size="small" onClick={() => setAdding({ override: true })}>
              {t('shift.addOverride')}
            </Button>
          )}
          {people.length === 0 && <span className="meta">{t('shift.noRecipients')}</span>}
        </div>
      )}
      {data !== undefined && data.shifts.length === 0 && <p className="empty">{t('duty.noShifts')}</p>}
      {data !== undefined && data.shifts.length > 0 && (
        <>
          <section className="panel" aria-label={t('duty.nextDays')}>
            <h2>
              {t('duty.nextDays')} <span className="meta">{zone}</span>
            </h2>
            <Days window={window} />
            {dutiesOf(data.shifts).map((duty) => (
              <DutyLayers key={duty} duty={duty} shifts={data.shifts} window={window} now={now} nameOf={nameOf} />
            ))}
          </section>
          <Gaps data={data} now={now} fill={may ? setAdding : undefined} />
          <ShiftTable shifts={data.shifts} nameOf={nameOf} may={may} />
        </>
      )}
      {adding !== undefined && data !== undefined && (
        <ShiftDialog start={adding} shifts={data} people={people} close={() => setAdding(undefined)} />
      )}
    </>
  );
}

function Days({ window }: { readonly window: Span }) {
  return (
    <div className="roster-line" aria-hidden="true">
      <span />
      <span className="roster-days">
        {Array.from({ length: days }, (_, n) => (
          <span key={n} className="meta">
            {day(window.from + n * dayMs).slice(5)}
          </span>
        ))}
      </span>
    </div>
  );
}

interface LayersProps {
  readonly duty: string;
  readonly shifts: readonly Shift[];
  readonly window: Span;
  readonly now: number;
  readonly nameOf: (recipientId: string) => string;
}

function DutyLayers({ duty, shifts, window, now, nameOf }: LayersProps) {
  const { say: t, language } = useLanguage();
  const mine = shifts.filter((shift) => shift.duty === duty && shift.to > window.from && shift.from < window.to);
  const layer = (override: boolean): readonly Stretch[] =>
    mine.filter((shift) => shift.override === override).map((shift) => ({ from: shift.from, to: shift.to, shift }));
  const lines = [
    { word: t('roster.base'), stretches: layer(false), isResult: false },
    { word: t('roster.override'), stretches: layer(true), isResult: false },
    { word: t('roster.result'), stretches: rosterOf(shifts, duty, window), isResult: true },
  ].filter(({ stretches }) => stretches.length > 0);
  return (
    <div className="roster-duty">
      <h3>{dutyName(duty, language)}</h3>
      {lines.map(({ word, stretches, isResult }) => (
        <div key={word} className="roster-line">
          <span className="meta">{word}</span>
          <span className={isResult ? 'roster-bar result' : 'roster-bar'}>
            {stretches.map((stretch) => (
              <Bar key={`${stretch.from} ${stretch.shift?.recipientId}`} stretch={stretch} window={window} nameOf={nameOf} />
            ))}
            {isResult && <span className="roster-now" style={placed({ from: now, to: now }, window)} />}
          </span>
        </div>
      ))}
    </div>
  );
}

const placed = (span: Span, window: Span): CSSProperties => {
  const { left, width } = placeOf(span, window);
  return { left: `${left}%`, width: `${width}%` };
};

function Bar({
  stretch,
  window,
  nameOf,
}: {
  readonly stretch: Stretch;
  readonly window: Span;
  readonly nameOf: LayersProps['nameOf'];
}) {
  const { say: t } = useLanguage();
  const { shift } = stretch;
  const word = shift === undefined ? t('roster.nobody') : nameOf(shift.recipientId);
  const kind = shift === undefined ? 'nobody' : shift.override ? 'override' : 'base';
  return (
    <span
      className={`roster-stretch ${kind}`}
      style={placed(stretch, window)}
      title={`${word} ${fieldFromEpoch(stretch.from)} – ${fieldFromEpoch(stretch.to)}`}
    >
      {word}
    </span>
  );
}

function Gaps({
  data,
  now,
  fill,
}: {
  readonly data: ResponseOf<'shifts'>;
  readonly now: number;
  readonly fill: ((shift: Partial<Shift>) => void) | undefined;
}) {
  const { say: t, language } = useLanguage();
  const gaps = data.gaps.filter(({ to }) => to > now);
  if (gaps.length === 0) return <p className="meta">{t('duty.noGaps')}</p>;
  return (
    <section className="panel" aria-label={t('duty.gaps')}>
      <h2>
        {t('duty.gaps')} <span className="meta">{t('duty.gapsExplain', { n: gaps.length })}</span>
      </h2>
      <ul className="duty-gaps">
        {gaps.slice(0, 40).map((gap) => (
          <li key={`${gap.duty} ${gap.from}`}>
            <strong>{dutyName(gap.duty, language)}</strong>
            <span className="number">
              {fieldFromEpoch(gap.from)} – {fieldFromEpoch(gap.to)}
            </span>
            <span className="meta">{duration(gap.to - gap.from, language)}</span>
            {fill !== undefined && (
              <Button size="small" onClick={() => fill({ duty: gap.duty, from: Math.max(gap.from, now), to: gap.to })}>
                {t('shift.fill')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ShiftTable({
  shifts,
  nameOf,
  may,
}: {
  readonly shifts: readonly Shift[];
  readonly nameOf: LayersProps['nameOf'];
  readonly may: boolean;
}) {
  const { say: t, language } = useLanguage();
  const { client } = useConsole();
  const now = useNow(60_000);
  const [gone, setGone] = useState<Shift>();
  const remove = useAct({
    act: ({ shift, reason }: { readonly shift: Shift; readonly reason: string }, idempotencyKey) => {
      const { duties, shifts: left, from, to } = without(shifts, shift);
      return client.fetch('saveShifts', { body: { duties: [...duties], from, to, shifts: [...left], reason, idempotencyKey } });
    },
    changes: [dutyKeys.duty],
    said: t('shift.removed'),
    after: () => setGone(undefined),
  });
  return (
    <section className="panel scroll" aria-label={t('duty.shifts')} tabIndex={0}>
      <h2>{t('duty.shifts')}</h2>
      <table className="plain">
        <thead>
          <tr>
            {(['shift.duty', 'shift.person', 'shift.from', 'shift.to'] as const).map((word) => (
              <th key={word} scope="col">
                {t(word)} {word === 'shift.from' && <span className="meta">{zone}</span>}
              </th>
            ))}
            <th scope="col" className="end">
              {t('shift.length')}
            </th>
            <th scope="col">{t('shift.where')}</th>
            <th scope="col">{t('shift.layer')}</th>
            <th scope="col">
              <span className="hidden">{t('people.act')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shifts.map((shift, n) => (
            <tr key={`${shift.duty} ${shift.from} ${n}`}>
              <th scope="row">{dutyName(shift.duty, language)}</th>
              <td>{nameOf(shift.recipientId)}</td>
              <td className="number">{shortTime(shift.from, now)}</td>
              <td className="number">{shortTime(shift.to, now)}</td>
              <td className="end number">{duration(shift.to - shift.from, language)}</td>
              <td>{t(shift.onSite ? 'shift.onSite' : 'shift.onCall')}</td>
              <td>{t(shift.override ? 'roster.override' : 'roster.base')}</td>
              <td>
                {may && (
                  <Button size="small" onClick={() => setGone(shift)}>
                    {t('shift.remove')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {gone !== undefined && (
        <ReasonDialog
          title={t('shift.removeTitle', { duty: dutyName(gone.duty, language), name: nameOf(gone.recipientId) })}
          text={t('shift.removeText', { from: fieldFromEpoch(gone.from), to: fieldFromEpoch(gone.to) })}
          action={t('shift.remove')}
          pending={remove.isPending}
          error={remove.error}
          submit={(reason) => remove.mutate({ shift: gone, reason })}
          close={() => setGone(undefined)}
        />
      )}
    </section>
  );
}
