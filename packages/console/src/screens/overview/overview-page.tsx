import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { AgentLines } from './agent-lines.tsx';
import { AreaStrip } from './area-strip.tsx';
import { Figures } from './figures.tsx';
import { FlowPanel } from './flow-panel.tsx';
import { Sentence } from './sentence.tsx';
import { StateStrip } from './state-strip.tsx';

export function OverviewPage() {
  const { queries } = useConsole();
  const overview = useQuery(queries.overview());
  if (overview.data === undefined)
    return (
      <div className="page">
        {overview.error !== null && <FailureNote error={overview.error} retry={() => void overview.refetch()} />}
      </div>
    );
  return (
    <div className="page overview">
      <Sentence overview={overview.data} />
      <Figures overview={overview.data} />
      <StateStrip devices={overview.data.devices} />
      <AreaStrip areas={overview.data.areas} />
      <div className="overview-foot">
        <FlowPanel withPasses={overview.data.devices.byKind.gate > 0} />
        <AgentLines />
      </div>
    </div>
  );
}
