import './overview.css';
import type { AlarmDto, OverviewDto, RecipientDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useConsole, usePollMs } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { AgentLines } from './agent-lines.tsx';
import { CauseList } from './cause-list.tsx';
import { areasOfAlarms, causesOf } from './causes.core.ts';
import { ClusterPanels } from './cluster-panels.tsx';
import { Figures } from './figures.tsx';
import { FlowPanel } from './flow-panel.tsx';
import { Foot } from './foot.tsx';
import { Sentence } from './sentence.tsx';
import { StateStrip } from './state-strip.tsx';

const route = getRouteApi('/app/');
const renewMs = 10_000;

export function OverviewPage() {
  const { queries } = useConsole();
  const overview = useQuery(queries.overview());
  if (overview.data === undefined)
    return (
      <div className="page">
        {overview.error !== null && <FailureNote error={overview.error} retry={() => void overview.refetch()} />}
      </div>
    );
  return <Overview overview={overview.data} />;
}

function Overview({ overview }: { readonly overview: OverviewDto }) {
  const { campus } = route.useSearch();
  const { queries } = useConsole();
  const { causes, people, spoken, explained } = useCauses(campus);
  const exposure = useQuery({ ...queries.exposure(), refetchInterval: usePollMs(renewMs) }).data;
  const areas = campus === undefined ? overview.areas : overview.areas.filter((area) => area.campus === campus);
  const campuses = useCampuses(overview, campus);
  return (
    <div className="page overview">
      <Sentence overview={{ ...overview, areas }} causes={causes} people={people} spoken={spoken} />
      <Figures overview={overview} exposure={exposure} />
      <ClusterPanels areas={areas} explained={explained} exposure={exposure} campus={campus} />
      <div className="overview-foot">
        <FlowPanel withPasses={overview.devices.byKind.gate > 0} campuses={campuses} />
        <CauseList causes={causes} people={people} campus={campus} />
      </div>
      <div className="overview-foot overview-rest">
        <StateStrip devices={overview.devices} />
        <AgentLines />
      </div>
      <Foot overview={overview} exposure={exposure} />
    </div>
  );
}

const nothing: readonly AlarmDto[] = [];
const nobody: readonly RecipientDto[] = [];

interface Causes extends ReturnType<typeof areasOfAlarms> {
  readonly causes: readonly AlarmDto[];
  readonly people: readonly RecipientDto[];
}

function useCauses(campus: string | undefined): Causes {
  const { queries } = useConsole();
  const enabled = useMay('watch:read');
  const alarms =
    useQuery({ ...queries.overviewAlarms(campus), enabled, refetchInterval: usePollMs(renewMs) }).data?.items ?? nothing;
  const people = useQuery({ ...queries.whoIsTold(), enabled }).data?.items ?? nobody;
  const told = useMemo(() => ({ causes: causesOf(alarms), ...areasOfAlarms(alarms) }), [alarms]);
  return { ...told, people };
}

/** Those of the register, or the one that the address names; the same array as long as they are the same. */
function useCampuses({ areas }: OverviewDto, campus: string | undefined): readonly string[] {
  const names = campus ?? [...new Set(areas.map((area) => area.campus))].join('\n');
  return useMemo(() => names.split('\n').filter((name) => name !== ''), [names]);
}
