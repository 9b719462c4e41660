import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useConsole, useNow } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { duration } from '../../format/time.ts';
import { dutyName } from '../../words/duty-name.ts';
import { useLanguage } from '../../words/words.tsx';
import { dutiesOf, dutyTabs, holderAt } from './duty.core.ts';
import { Notices } from './notices.tsx';
import { Policies } from './policies.tsx';
import { Recipients } from './recipients.tsx';
import { RosterTab } from './roster.tsx';
import './duty.css';

const route = getRouteApi('/app/duty');

/** 值班: who has it now, who is told of what, whether it arrived. */
export function DutyPage() {
  const t = useWords();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className={tab === 'notices' ? 'page list-page' : 'page'}>
      <h1>
        {t('rail.duty')} <OnDutyNow />
      </h1>
      <Tabs
        size="small"
        activeKey={tab ?? 'roster'}
        items={[{ key: 'roster', label: t('duty.tab.roster') }, ...dutyTabs.map((key) => ({ key, label: t(`duty.tab.${key}`) }))]}
        onChange={(key) =>
          void navigate({
            search: (() => {
              const found = dutyTabs.find((one) => one === key);
              return found === undefined ? {} : { tab: found };
            })(),
          })
        }
      />
      {tab === undefined && <RosterTab />}
      {tab === 'policies' && <Policies />}
      {tab === 'recipients' && <Recipients />}
      {tab === 'notices' && <Notices />}
    </div>
  );
}

/** The five-second answer. */
function OnDutyNow() {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(30_000);
  const shifts = useQuery(queries.shifts()).data;
  const people = useQuery(queries.recipients()).data?.items ?? [];
  if (shifts === undefined) return null;
  const held = dutiesOf(shifts.shifts).map((duty) => {
    const shift = holderAt(shifts.shifts, duty, now);
    const name = people.find(({ recipientId }) => recipientId === shift?.recipientId)?.displayName ?? shift?.recipientId;
    if (shift === undefined || name === undefined)
      return { duty, text: t('duty.nowNobody', { duty: dutyName(duty, language) }), isGap: true };
    return {
      duty,
      text: t(shift.onSite ? 'duty.nowOnSite' : 'duty.nowOnCall', {
        duty: dutyName(duty, language),
        name,
        left: duration(shift.to - now, language),
      }),
      isGap: false,
    };
  });
  if (held.length === 0) return <span className="meta">{t('duty.nowNone')}</span>;
  return (
    <span className="meta duty-now">
      {held.map(({ duty, text, isGap }) => (
        <span key={duty} className={isGap ? 'tone-level2' : undefined}>
          {text}
        </span>
      ))}
    </span>
  );
}
