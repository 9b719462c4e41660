import type { ExposureDto, OverviewDto } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { day, duration } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { sayOr } from '../../words/say.ts';

/** The machinery in a line: agents, collector, how long every fen has been explained. */
export function Foot({ overview, exposure }: { readonly overview: OverviewDto; readonly exposure: ExposureDto | undefined }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const health = useQuery({ ...queries.health(), refetchInterval: usePollMs(30_000) }).data;
  const { agents } = overview;
  return (
    <section className="panel foot" aria-label={t('foot.title')}>
      <span>
        {t('rail.agents')}{' '}
        <Link to="/agents" className={agents.online < agents.total ? 'tone-level1' : 'plain'}>
          {t('foot.agents', { online: count(agents.online), total: count(agents.total) })}
        </Link>
      </span>
      {health !== undefined && (
        <span>
          {t('foot.collector')}{' '}
          <Link to="/about" className={health.status === 'ok' ? 'plain' : 'tone-level2'}>
            {health.status === 'ok'
              ? t('foot.ok')
              : health.causes.map((cause) => sayOr(language, `health.cause.${cause}`, cause)).join(t('sentence.comma'))}
          </Link>{' '}
          <span className="meta">{t('foot.up', { age: duration(health.uptimeS * 1000, language) })}</span>
        </span>
      )}
      {exposure !== undefined && <Explained exposure={exposure} />}
    </section>
  );
}

function Explained({ exposure }: { readonly exposure: ExposureDto }) {
  const { say: t } = useLanguage();
  const now = useNow(60_000);
  const { openGaps, lastUnexplainedAt } = exposure;
  if (openGaps > 0)
    return (
      <span>
        <Link to="/gaps" className="tone-level2">
          {t('foot.openGaps', { n: count(openGaps) })}
        </Link>
      </span>
    );
  return (
    <span>
      <Link to="/gaps" search={{ state: 'all' }} className="plain">
        {lastUnexplainedAt === null
          ? t('foot.neverUnexplained')
          : t('foot.explained', { n: count(Math.floor((now - lastUnexplainedAt) / dayMs)), since: day(lastUnexplainedAt) })}
      </Link>
    </span>
  );
}
