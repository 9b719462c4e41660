import type { ReplayDto } from '@cardwatch/contracts/api';
import type { RuleVersion } from '@cardwatch/contracts/watch';
import { dayMs, minuteMs } from '@cardwatch/kernel';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { RuleRow } from '../../api/rules-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { levelWord } from './param-field.tsx';
import { FateMark, ReplayChart } from './replay-chart.tsx';
import { barsOf, type FatedAlarm, fatedAlarms } from './replay.core.ts';
import { replayDays } from './rule.core.ts';

const route = getRouteApi('/app/rules/$rule');

interface ReplayProps {
  readonly row: RuleRow;
  /** undefined: the form says nothing that could be tried. */
  readonly said: Pick<RuleVersion, 'timing' | 'params'> | undefined;
}

/** 回放: the days that are stored again, with the parameters of the form, beside the version in force. Changes nothing. */
export function Replay({ row, said }: ReplayProps) {
  const { say: t } = useLanguage();
  const { client, now } = useConsole();
  const navigate = route.useNavigate();
  const days = route.useSearch().days ?? '7';
  const replay = useMutation({
    mutationFn: ({ timing, params }: Pick<RuleVersion, 'timing' | 'params'>) => {
      const to = Math.floor(now() / minuteMs) * minuteMs;
      return client.fetch('replayRule', {
        params: { rule: row.rule },
        body: { timing, params: { ...params }, from: to - Number(days) * dayMs, to },
      });
    },
  });
  return (
    <section className="panel" aria-label={t('replay.title')}>
      <h2>
        {t('replay.title')} <span className="meta">{t('replay.explain')}</span>
      </h2>
      <div className="filters">
        <fieldset className="chips">
          <legend className="hidden">{t('replay.days')}</legend>
          {replayDays.map((value) => (
            <button
              key={value}
              type="button"
              className="chip"
              aria-pressed={days === value}
              onClick={() =>
                void navigate({ search: (old) => withSearch(old, { days: value === '7' ? undefined : value }), replace: true })
              }
            >
              {t('replay.lastDays', { n: value })}
            </button>
          ))}
        </fieldset>
        <Button
          size="small"
          loading={replay.isPending}
          disabled={said === undefined}
          onClick={() => said !== undefined && replay.mutate(said)}
        >
          {t('replay.run')}
        </Button>
      </div>
      {replay.error !== null && <FailureNote error={replay.error} />}
      {replay.data !== undefined && <Outcome replay={replay.data} days={Number(days)} />}
    </section>
  );
}

function Outcome({ replay, days }: { readonly replay: ReplayDto; readonly days: number }) {
  const { say: t } = useLanguage();
  const now = useNow(60_000);
  const alarms = fatedAlarms(replay);
  const { against } = replay;
  const span = { from: replay.keptFrom, to: replay.to };
  return (
    <>
      <p role="status">
        {against === undefined
          ? t('replay.sentenceAlone', { n: count(replay.raised) })
          : t('replay.sentence', {
              n: count(replay.raised),
              old: count(against.raised),
              new: count(against.onlyTried),
              same: count(against.both),
              gone: count(against.onlyInForce),
            })}
        {replay.keptFrom > replay.from && ` ${t('replay.keptFrom', { at: shortTime(replay.keptFrom, now) })}`}
      </p>
      {alarms.length > 0 && <ReplayChart bars={barsOf(alarms, { ...span, bars: days === 1 ? 24 : days })} isHours={days === 1} />}
      <div className="replay-grid">
        <Grid
          label={t('replay.title')}
          columns={useColumns()}
          rows={alarms.map((alarm, n) => ({ type: 'row', key: String(n), value: alarm, dim: alarm.fate === 'gone' }))}
          empty={t('replay.none')}
        />
      </div>
    </>
  );
}

function useColumns(): readonly Column<FatedAlarm>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(60_000);
  return [
    { key: 'fate', title: t('replay.fate'), track: '110px', cell: ({ fate }) => <FateMark fate={fate} /> },
    { key: 'level', title: t('rule.level'), track: '80px', cell: ({ level }) => levelWord(level, t) },
    {
      key: 'subject',
      title: t('replay.subject'),
      track: 'minmax(160px, 1fr)',
      cell: ({ subject }) =>
        subject.kind === 'device' ? (
          <Link to="/devices/$deviceId" params={{ deviceId: subject.id }} search={{}}>
            {subject.id}
          </Link>
        ) : (
          subject.id
        ),
    },
    {
      key: 'raised',
      title: t('replay.raised'),
      hint: zone,
      track: '160px',
      align: 'end',
      cell: ({ raisedAt }) => shortTime(raisedAt, now),
    },
    {
      key: 'lasted',
      title: t('column.lasted'),
      track: '120px',
      align: 'end',
      cell: ({ raisedAt, clearedAt }) => (clearedAt === null ? t('replay.stillUp') : duration(clearedAt - raisedAt, language)),
    },
  ];
}
