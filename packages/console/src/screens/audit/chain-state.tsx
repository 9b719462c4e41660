import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { shortTime } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Glyph } from '../../marks/mark.tsx';
import { useWords } from '../../words/words.tsx';

/** Whether every row of the trail follows from the one before; walked once on coming here, again on demand. */
export function ChainState() {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(60_000);
  const chain = useQuery({ ...queries.auditChain(), staleTime: 600_000 });
  const data = chain.data;
  return (
    <span className="chain-state" role="status">
      {chain.error !== null && <FailureNote error={chain.error} />}
      {chain.isFetching && <span className="meta">{t('audit.checking')}</span>}
      {!chain.isFetching && data !== undefined && data.brokenAt === null && (
        <span className="mark" title={data.headHash}>
          <Glyph shape="dot" tone="normal" /> {t('audit.holds', { n: count(data.rows), at: shortTime(data.checkedAt, now) })}
        </span>
      )}
      {!chain.isFetching && data !== undefined && data.brokenAt !== null && data.reason !== null && (
        <span className="mark tone-level1">
          <Glyph shape="slashedRing" tone="level1" />{' '}
          {t('audit.broken', { n: count(data.brokenAt), why: t(`audit.broken.${data.reason}`) })}
        </span>
      )}
      <Button size="small" loading={chain.isFetching} onClick={() => void chain.refetch()}>
        {t('audit.check')}
      </Button>
    </span>
  );
}
