import { useQuery } from '@tanstack/react-query';
import { Popover } from 'antd';
import { useConsole, useNow, usePollMs } from '../console.tsx';
import { shortTime } from '../format/time.ts';
import { useWords } from '../words/words.tsx';
import { onDutyNow } from './on-duty.core.ts';
import { useMay } from './use-session.ts';

const renewMs = 300_000;

/** Who is on duty now, with the phone as the API masks it. */
export function OnDuty() {
  const t = useWords();
  const { queries } = useConsole();
  const enabled = useMay('watch:read');
  const refetchInterval = usePollMs(renewMs);
  const shifts = useQuery({ ...queries.whoIsOnDuty(), enabled, refetchInterval }).data;
  const people = useQuery({ ...queries.whoIsTold(), enabled, refetchInterval }).data;
  const now = useNow(30_000);
  if (shifts === undefined || people === undefined) return null;
  const standing = onDutyNow(shifts, people.items, now);
  const [first] = standing;
  if (first === undefined) return <span className="on-duty meta">{t('duty.nobody')}</span>;
  const list = (
    <ul className="on-duty-list">
      {standing.map(({ duty, name, phone, until }) => (
        <li key={duty}>
          <b>{name}</b> <span className="meta">{duty}</span>
          <br />
          <span className="number">{phone ?? t('duty.noPhone')}</span>{' '}
          <span className="meta">{t('duty.until', { at: shortTime(until, now) })}</span>
        </li>
      ))}
    </ul>
  );
  return (
    <Popover title={t('duty.who')} content={list} trigger={['click']} placement="bottomRight">
      <button type="button" className="quiet on-duty" aria-haspopup="dialog">
        {t('duty.now', {
          who: standing
            .map(({ name }) => name)
            .slice(0, 2)
            .join(' '),
        })}
      </button>
    </Popover>
  );
}
