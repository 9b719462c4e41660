import { count, money } from '../../format/money.ts';
import { useWords } from '../../words/words.tsx';
import type { ChainBreak } from './chain.core.ts';

/** The hairline between two records whose numbers do not follow: how many are missing, how much they may be worth, what became of them. */
export function ChainBreakLine({ chainBreak }: { readonly chainBreak: ChainBreak }) {
  const t = useWords();
  const { first, last, missing, estimateFen, gap } = chainBreak;
  const range = first === last ? count(first) : `${count(first)}–${count(last)}`;
  return (
    <span className="chain-break">
      <span>{t('chain.missing', { n: count(missing), range })}</span>
      <span>{estimateFen === null ? t('chain.unknownMoney') : t('chain.money', { money: money(estimateFen) })}</span>
      <span>{gap === undefined ? t('chain.noGap') : t(`gap.state.${gap.state}`)}</span>
    </span>
  );
}
