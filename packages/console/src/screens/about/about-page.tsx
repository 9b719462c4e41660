import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { bytes } from '../../format/size.ts';
import { duration, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useLanguage } from '../../words/words.tsx';
import { LicenceTable } from './licence-table.tsx';

const refreshMs = 10_000;

/** What runs here, how it does, and which keys this page listens to. */
export function AboutPage() {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(10_000);
  const health = useQuery({ ...queries.health(), refetchInterval: usePollMs(refreshMs) });
  const data = health.data;
  const facts: readonly (readonly [string, ReactNode])[] =
    data === undefined
      ? []
      : [
          [t('about.version'), data.version],
          [t('about.status'), t(`about.status.${data.status}`)],
          [t('about.uptime'), duration(data.uptimeS * 1000, language)],
          [t('about.records'), count(data.ingest.recordsTotal)],
          [t('about.batches'), count(data.ingest.batchesTotal)],
          [t('about.queue'), bytes(data.ingest.queueBytes)],
          [t('about.shed'), count(data.ingest.shedTotal)],
          [
            t('about.lastCommit'),
            data.ingest.lastCommitAt === null ? '–' : `${shortTime(data.ingest.lastCommitAt, now)} ${zone}`,
          ],
          [t('about.clients'), data.broker.clients === null ? '–' : count(data.broker.clients)],
          [t('about.refused'), count(data.broker.refusedTotal)],
          [t('about.store'), `${data.store.dialect}${data.store.sqlite === null ? '' : ` ${data.store.sqlite}`}`],
          [t('about.storeSize'), bytes(data.store.sizeBytes)],
          [t('about.schema'), count(data.store.schemaVersion)],
        ];
  return (
    <div className="page">
      <h1>{t('product.name')}</h1>
      <p>{t('about.text')}</p>
      {health.error !== null && <FailureNote error={health.error} retry={() => void health.refetch()} />}
      <dl className="facts about-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
      {data?.broker.kind === 'external' && <p>{t(data.broker.up ? 'about.external' : 'about.externalDown')}</p>}
      <p>
        <a href="/api/docs" target="_blank" rel="noreferrer">
          {t('about.docs')}
        </a>
      </p>
      <h2>{t('about.limits')}</h2>
      <ul className="about-limits">
        {(['live', 'sessions', 'export', 'replay', 'silence', 'sign'] as const).map((limit) => (
          <li key={limit}>{t(`about.limit.${limit}`)}</li>
        ))}
      </ul>
      <h2>
        {t('about.keys')} <span className="meta">{t('about.keysMore')}</span>
      </h2>
      <dl className="keys">
        {(['search', 'move', 'open', 'chart'] as const).map((key) => (
          <div key={key}>
            <dt>
              <kbd>{t(`key.${key}`)}</kbd>
            </dt>
            <dd>{t(`key.${key}.does`)}</dd>
          </div>
        ))}
      </dl>
      <p className="meta">{t('about.time')}</p>
      <LicenceTable />
    </div>
  );
}
