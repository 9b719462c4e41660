import type { DeviceDto, TopologyDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useConsole, usePollMs } from '../../console.tsx';
import { type Network, networkOf } from './ways.core.ts';

export interface Campus {
  readonly devices: readonly DeviceDto[];
  readonly byId: ReadonlyMap<string, DeviceDto>;
  readonly topology: TopologyDto;
  readonly network: Network;
  readonly error: Error | null;
  /** Every device has been read. */
  readonly isWhole: boolean;
}

const none: TopologyDto = { nodes: [], bindings: [], places: [] };

/** All devices, live, with what they are reached through and what explains what. */
export function useNetwork(): Campus {
  const { queries } = useConsole();
  const devices = useAllDevices();
  const topology = useQuery(queries.topology());
  const agents = useQuery(queries.agents()).data?.items;
  const alarms = useInfiniteQuery({ ...queries.openAlarms(), refetchInterval: usePollMs(30_000) });
  const open = useMemo(() => alarms.data?.pages.flatMap((page) => page.items) ?? [], [alarms.data]);
  const kept = topology.data ?? none;
  const network = useMemo(() => {
    const silentAgents = new Set((agents ?? []).filter(({ state }) => state === 'offline').map(({ agentId }) => agentId));
    return networkOf({ devices: devices.items, nodes: kept.nodes, alarms: open, silentAgents });
  }, [devices.items, kept, open, agents]);
  const byId = useMemo(() => new Map(devices.items.map((device) => [device.deviceId, device])), [devices.items]);
  return { ...devices, devices: devices.items, byId, topology: kept, network, error: devices.error ?? topology.error };
}

/** Page after page to the end, then kept up to date by live events. */
export function useAllDevices(): {
  readonly items: readonly DeviceDto[];
  readonly isWhole: boolean;
  readonly error: Error | null;
} {
  const { queries } = useConsole();
  const list = useInfiniteQuery(queries.devices({}));
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  return { items, isWhole: list.data !== undefined && !hasNextPage, error: list.error };
}
