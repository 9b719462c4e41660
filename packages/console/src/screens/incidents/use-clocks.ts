import type { IncidentClockDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useConsole, usePollMs } from '../../console.tsx';

/** As often as the list itself: a bar stands beside every row. */
const refreshMs = 15_000;

type Clocks = ReadonlyMap<string, readonly IncidentClockDto[]>;

/** The clocks of the incidents that are not over, by incident: one question for all of them. */
export function useClocks(): Clocks {
  const { queries } = useConsole();
  const found = useQuery({ ...queries.openIncidentClocks(), refetchInterval: usePollMs(refreshMs) }).data;
  return useMemo(() => new Map(found?.items.map(({ incidentId, clocks }) => [incidentId, clocks] as const)), [found]);
}
