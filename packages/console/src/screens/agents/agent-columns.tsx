import type { AgentDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { count } from '../../format/money.ts';
import { bytes, measured } from '../../format/size.ts';
import { duration, type Language } from '../../format/time.ts';
import { countColumn, Moment, none, Since } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { AgentMark } from '../../marks/mark.tsx';
import { type Say, sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { sheetTime } from '../../list/sheet.core.ts';

type AgentColumn = Column<AgentDto>;

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
  /** The agent whose watermarks and lines are shown below. */
  readonly chosen: string | undefined;
}

/** State, id, devices, backlog; then what the agent says of itself. */
export function agentColumns(context: ColumnContext): readonly AgentColumn[] {
  return [...identityColumns(context), ...healthColumns(context)];
}

function identityColumns({ t, now, chosen }: ColumnContext): readonly AgentColumn[] {
  const state = (agent: AgentDto) => (
    <>
      <AgentMark state={agent.state} />
      <Since at={agent.since} now={now} />
    </>
  );
  const name = ({ agentId }: AgentDto) => (
    <Link to="/agents" search={{ agentId }} aria-current={agentId === chosen ? 'true' : undefined}>
      {agentId}
    </Link>
  );
  const backlog = (agent: AgentDto) => <Backlog agent={agent} now={now} />;
  return [
    { key: 'state', title: t('column.state'), track: '168px', cell: state, text: (agent) => t(`agent.state.${agent.state}`) },
    {
      key: 'agent',
      title: t('column.agent'),
      track: 'minmax(100px, 1fr)',
      fixed: true,
      cell: name,
      text: ({ agentId }) => agentId,
    },
    {
      key: 'devices',
      title: t('column.devices'),
      track: '64px',
      align: 'end',
      cell: devicesCell,
      text: ({ devices }) => devices,
    },
    {
      key: 'backlog',
      title: t('column.backlog'),
      track: '140px',
      align: 'end',
      cell: backlog,
      text: (agent) => agent.backlog.records,
    },
  ];
}

function healthColumns({ t, language, now }: ColumnContext): readonly AgentColumn[] {
  const seen = (agent: AgentDto) => <Moment at={agent.lastSeenAt} now={now} />;
  const holes = (agent: AgentDto): number => agent.watermarks.reduce((sum, mark) => sum + mark.holes, 0);
  return [
    {
      key: 'bytes',
      title: t('column.backlogBytes'),
      track: '98px',
      align: 'end',
      cell: ({ backlog }) => bytes(backlog.bytes),
      text: ({ backlog }) => backlog.bytes,
    },
    {
      key: 'storage',
      title: t('column.storage'),
      track: '80px',
      cell: (agent) => <Storage storage={agent.storage} />,
      text: ({ storage }) => storage,
    },
    {
      key: 'clock',
      title: t('agents.clock'),
      track: '72px',
      cell: ({ clockQuality }) => <ClockQuality quality={clockQuality} />,
      text: ({ clockQuality }) => (clockQuality === null ? null : sayOr(language, `clockQuality.${clockQuality}`, clockQuality)),
    },
    countColumn({ key: 'holes', title: t('column.holes'), track: '64px', of: holes }),
    { key: 'sync', title: t('column.sync'), track: '86px', align: 'end', cell: syncCell, text: ({ syncP99Ms }) => syncP99Ms },
    {
      key: 'rss',
      title: t('column.memory'),
      track: '98px',
      align: 'end',
      cell: ({ rssBytes }) => (rssBytes === null ? none : bytes(rssBytes)),
      text: ({ rssBytes }) => rssBytes,
    },
    {
      key: 'seen',
      title: t('column.lastSeen'),
      track: '92px',
      align: 'end',
      cell: seen,
      text: ({ lastSeenAt }) => sheetTime(lastSeenAt),
    },
    {
      key: 'version',
      title: t('column.version'),
      track: '64px',
      cell: ({ version }) => version ?? none,
      text: ({ version }) => version,
    },
  ];
}

const devicesCell = ({ agentId, devices }: AgentDto) => (
  <Link to="/devices" search={{ agentId }}>
    {count(devices)}
  </Link>
);

const syncCell = ({ syncP99Ms }: AgentDto) => (syncP99Ms === null ? none : `${measured(syncP99Ms)} ms`);

function Backlog({ agent: { backlog }, now }: { readonly agent: AgentDto; readonly now: EpochMs }) {
  const { say: t, language } = useLanguage();
  return (
    <>
      {backlog.oldestAt !== null && (
        <span className="meta">{t('agents.oldest', { age: duration(now - backlog.oldestAt, language) })} </span>
      )}
      {count(backlog.records)}
    </>
  );
}

function Storage({ storage }: { readonly storage: string | null }) {
  const { language } = useLanguage();
  if (storage === null) return none;
  return <span className={storage === 'ok' ? '' : 'tone-level1'}>{sayOr(language, `storage.${storage}`, storage)}</span>;
}

function ClockQuality({ quality }: { readonly quality: string | null }) {
  const { language } = useLanguage();
  if (quality === null) return none;
  return (
    <span className={quality === 'unsynced' ? 'tone-level2' : ''}>{sayOr(language, `clockQuality.${quality}`, quality)}</span>
  );
}
