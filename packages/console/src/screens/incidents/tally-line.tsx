import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { useSession } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { tally } from './sift.core.ts';
import { useClocks } from './use-clocks.ts';

/** The five-second answer: how many are open, of which level 1, overdue, with nobody. */
export function TallyLine() {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(10_000);
  const own = useSession()?.name;
  const list = useInfiniteQuery(queries.incidents({ open: 'true' }));
  const open = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const found = tally(open, own, { clocks: useClocks(), now });
  if (list.data === undefined) return null;
  if (found.open === 0) return <span className="meta">{t('incident.tally.none')}</span>;
  const parts = [
    t('incident.tally.open', { n: count(found.open) }),
    ...(found.levelOne > 0 ? [t('incident.tally.levelOne', { n: count(found.levelOne) })] : []),
    ...(found.overdue > 0 ? [t('incident.tally.overdue', { n: count(found.overdue) })] : []),
    ...(found.nobody > 0 ? [t('incident.tally.nobody', { n: count(found.nobody) })] : []),
    ...(found.mine > 0 ? [t('incident.tally.mine', { n: count(found.mine) })] : []),
  ];
  return <span className="meta">{parts.join(' · ')}</span>;
}
