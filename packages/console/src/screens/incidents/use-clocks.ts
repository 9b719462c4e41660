import type { IncidentClockDto, IncidentDto } from '@cardwatch/contracts/api';
import { useQueries } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useConsole, usePollMs } from '../../console.tsx';
import { isOver } from './workflow.core.ts';

/** Clocks are asked of so many incidents that are not over; a campus with more has other worries than bars. */
export const clockedMax = 100;
const refreshMs = 60_000;

type Clocks = ReadonlyMap<string, readonly IncidentClockDto[]>;
interface Answer {
  readonly data: { readonly incidentId: string; readonly clocks: readonly IncidentClockDto[] } | undefined;
}

/** The clocks of every incident that is not over, by incident. */
export function useClocks(incidents: readonly IncidentDto[]): Clocks {
  const { queries } = useConsole();
  const refetchInterval = usePollMs(refreshMs);
  const ids = useMemo(
    () =>
      incidents
        .filter((one) => !isOver(one))
        .slice(0, clockedMax)
        .map(({ incidentId }) => incidentId),
    [incidents],
  );
  const combine = useCallback(
    (answers: readonly Answer[]): Clocks =>
      new Map(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.incidentId, data.clocks] as const]))),
    [],
  );
  return useQueries({ queries: ids.map((id) => ({ ...queries.incidentClocks(id), refetchInterval })), combine });
}
