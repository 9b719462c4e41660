import type { AlarmDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { none } from '../../grid/cells.tsx';
import { useWords } from '../../words/words.tsx';

/** 已读 n / 已发 m; asked for when the row is drawn, together with the others that are. */
export function ToldCell({ alarm }: { readonly alarm: AlarmDto }) {
  const t = useWords();
  const { queries } = useConsole();
  const told = useQuery({ ...queries.alarmTold(alarm.alarmId), enabled: alarm.raisedAt !== null }).data;
  if (told === undefined) return none;
  if (told.told === 0 && told.failed > 0)
    return <span className="tone-level2">{t('alarms.toldFailed', { n: told.failed })}</span>;
  if (told.told === 0) return <span className="meta">{t('alarms.toldNobody')}</span>;
  return (
    <span title={t('alarms.toldTitle', { told: told.told, read: told.read, failed: told.failed })}>
      {count(told.read)} / {count(told.told)}
    </span>
  );
}
