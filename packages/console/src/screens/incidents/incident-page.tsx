import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useConsole, usePollMs } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useLanguage } from '../../words/words.tsx';
import { ActionsTab } from './actions-tab.tsx';
import { AlarmsTab } from './alarms-tab.tsx';
import { CauseTab } from './cause-tab.tsx';
import { ClockStrip } from './clock-strip.tsx';
import { EvidenceTab } from './evidence-tab.tsx';
import { Feed } from './feed.tsx';
import { FreezeNote } from './freeze-note.tsx';
import { IncidentHeader } from './incident-header.tsx';
import { LevelPanel } from './level-panel.tsx';
import { RecordPanel } from './record-panel.tsx';
import { incidentTabs } from './routes.ts';
import { SimilarTab } from './similar-tab.tsx';
import { TasksPanel } from './tasks-panel.tsx';
import './incidents.css';

const route = getRouteApi('/app/incidents/$incidentId');
const refreshMs = 10_000;

/** One incident: where it stands, what its clocks say, what is to be done by whom, and all that happened. */
export function IncidentPage() {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const { incidentId } = route.useParams();
  const { tab = 'feed' } = route.useSearch();
  const navigate = route.useNavigate();
  const refetchInterval = usePollMs(refreshMs);
  const detail = useQuery({ ...queries.incident(incidentId), refetchInterval });
  const guide = useQuery({ ...queries.incidentGuide(incidentId, language), refetchInterval }).data;
  if (detail.data === undefined)
    return (
      <div className="page">
        {detail.error !== null && <FailureNote error={detail.error} retry={() => void detail.refetch()} />}
      </div>
    );
  const { incident, alarms } = detail.data;
  const numbered = (word: string, n: number): string => (n === 0 ? word : `${word} ${count(n)}`);
  const tabs = [
    { key: 'feed', label: t('incident.tab.feed') },
    { key: 'alarms', label: numbered(t('incident.tab.alarms'), alarms.length) },
    { key: 'evidence', label: numbered(t('incident.tab.evidence'), incident.evidence?.length ?? 0) },
    { key: 'cause', label: t('incident.tab.cause') },
    { key: 'actions', label: numbered(t('incident.tab.actions'), incident.actions.length) },
    { key: 'similar', label: numbered(t('incident.tab.similar'), guide?.similar.length ?? 0) },
  ];
  const show = (key: string): void => {
    const chosen = incidentTabs.find((one) => one === key);
    void navigate({ search: chosen === undefined ? {} : { tab: chosen } });
  };
  return (
    <div className="page incident-page">
      <IncidentHeader incident={incident} alarms={alarms} />
      <FreezeNote incident={incident} />
      <ClockStrip incident={incident} />
      <Tabs size="small" activeKey={tab} items={tabs} onChange={show} />
      {tab === 'feed' && (
        <div className="incident-columns">
          <Feed detail={detail.data} />
          <aside className="incident-side">
            <TasksPanel incident={incident} guide={guide} />
            <LevelPanel incident={incident} guide={guide} />
            <RecordPanel incident={incident} />
          </aside>
        </div>
      )}
      {tab === 'alarms' && <AlarmsTab detail={detail.data} />}
      {tab === 'evidence' && <EvidenceTab incident={incident} />}
      {tab === 'cause' && <CauseTab incident={incident} fishbone={guide?.fishbone ?? null} />}
      {tab === 'actions' && <ActionsTab incident={incident} />}
      {tab === 'similar' && <SimilarTab similar={guide?.similar} />}
    </div>
  );
}
