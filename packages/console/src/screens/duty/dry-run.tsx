import type { ResponseOf } from '@cardwatch/contracts/api';
import { alarmTitle } from '@cardwatch/contracts/words';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Input, Select } from 'antd';
import { useConsole } from '../../console.tsx';
import { duration } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { withSearch } from '../../search.ts';
import { policyName } from '../../words/policy-name.ts';
import { useLanguage } from '../../words/words.tsx';

const route = getRouteApi('/app/duty');
type Told = ResponseOf<'wouldTell'>['items'];
type Finding = ResponseOf<'wouldTellOf'>['findings'][number];

/** 试走: who would be told now, of an alarm that burns or of one that is made up. Nothing is sent. */
export function DryRun() {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rules = useQuery(queries.rules()).data?.items ?? [];
  const alarms = useQuery(queries.openAlarmsToTell()).data?.items ?? [];
  const rule = rules.find((one) => one.rule === search.rule)?.rule;
  const isMade = search.alarm === undefined;
  const level = search.level ?? '2';
  const asked = {
    level: Number(level),
    rule: rule ?? 'deviceOffline',
    ...(search.area === undefined ? {} : { area: search.area }),
  };
  const made = useQuery({ ...queries.dryRun(asked), enabled: isMade, staleTime: 5_000 });
  const found = useQuery({ ...queries.dryRunOfAlarm(search.alarm ?? ''), enabled: !isMade, staleTime: 5_000 });
  const set = (change: Partial<{ [K in keyof typeof search]: (typeof search)[K] | undefined }>): void =>
    void navigate({ search: (old) => withSearch(old, change), replace: true });
  const error = isMade ? made.error : found.error;
  const told = isMade ? made.data?.items : found.data?.items;
  return (
    <section className="panel" aria-label={t('dryRun.title')}>
      <h2>
        {t('dryRun.title')} <span className="meta">{t('dryRun.explain')}</span>
      </h2>
      <div className="filters">
        <Select
          size="small"
          className="dry-run-alarm"
          aria-label={t('dryRun.alarm')}
          value={search.alarm ?? ''}
          showSearch={{ optionFilterProp: 'label' }}
          options={[
            { value: '', label: t('dryRun.madeUp') },
            ...alarms.map((alarm) => ({ value: String(alarm.alarmId), label: alarmTitle(alarm, language) })),
          ]}
          onChange={(alarm: string) => set({ alarm: alarm === '' ? undefined : alarm })}
        />
        {isMade && (
          <>
            <Select
              size="small"
              className="dry-run-level"
              aria-label={t('rule.level')}
              value={level}
              options={(['1', '2', '3'] as const).map((value) => ({ value, label: t(`rule.level.${value}`) }))}
              onChange={(value) => set({ level: value })}
            />
            <Select
              size="small"
              className="dry-run-rule"
              aria-label={t('rule.name')}
              value={asked.rule}
              showSearch={{ optionFilterProp: 'label' }}
              options={rules.map((one) => ({ value: one.rule, label: t(`rule.name.${one.rule}`) }))}
              onChange={(value) => set({ rule: value })}
            />
            <Input
              key={search.area}
              size="small"
              className="narrow-field"
              maxLength={200}
              aria-label={t('dryRun.area')}
              placeholder={t('dryRun.areaHint')}
              defaultValue={search.area}
              onPressEnter={(event) => set({ area: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
              onBlur={(event) => set({ area: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
            />
          </>
        )}
      </div>
      {error !== null && <FailureNote error={error} />}
      {isMade && made.data !== undefined && (
        <p>{t(made.data.builtIn ? 'dryRun.builtIn' : 'dryRun.byPolicy', { name: policyName(made.data.policyId, t) })}</p>
      )}
      {told !== undefined && <ToldTable told={told} />}
      {isMade && made.data !== undefined && made.data.findings.length > 0 && <Findings findings={made.data.findings} />}
    </section>
  );
}

function ToldTable({ told }: { readonly told: Told }) {
  const { say: t, language } = useLanguage();
  if (told.length === 0) return <p className="tone-level2">{t('dryRun.nobody')}</p>;
  return (
    <div className="scroll" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col" className="end">
              {t('dryRun.step')}
            </th>
            <th scope="col" className="end">
              {t('dryRun.after')}
            </th>
            <th scope="col">{t('dryRun.who')}</th>
            <th scope="col">{t('dryRun.channel')}</th>
            <th scope="col">{t('dryRun.policy')}</th>
          </tr>
        </thead>
        <tbody>
          {told.map((one) => (
            <tr key={`${one.step} ${one.recipient}`}>
              <td className="end number">{one.step + 1}</td>
              <td className="end number">{one.afterMs === 0 ? t('rule.atOnce') : duration(one.afterMs, language)}</td>
              <th scope="row">
                {one.displayName} <span className="meta">{one.recipient}</span>
              </th>
              <td>{t(`channel.${one.channel}`)}</td>
              <td>{policyName(one.policyId, t)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const { say: t } = useLanguage();
  return (
    <ul className="duty-findings">
      {findings.map(({ kind, what }) => (
        <li key={`${kind} ${what}`} className="tone-level2">
          {t(`dryRun.finding.${kind}`)} {kind !== 'noPolicy' && <span className="meta">{what}</span>}
        </li>
      ))}
    </ul>
  );
}
