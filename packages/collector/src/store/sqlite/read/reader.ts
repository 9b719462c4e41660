import type { OverviewDto } from '@cardwatch/contracts/api';
import type { ReadRole } from '../../read/roles.ts';
import { findAgent, findAgents, listAgents } from './agents.ts';
import { businessPiece } from './business.ts';
import { ReadConnection } from './connection.ts';
import { listDeadLetters } from './dead-letters.ts';
import { findDevice, findDevices, listDevices } from './devices.ts';
import { listOperations } from './commands.ts';
import { listEvents, listPassFlow, passMinutes } from './events.ts';
import { readFigures } from './figures.ts';
import { flowMinutes, listFlow } from './flow.ts';
import { findGap, findGaps, listGaps, unexplained } from './gaps.ts';
import { outboxAfter, outboxSpan } from './outbox.ts';
import { measuredFires, measuredValues } from './measured.ts';
import { readOverview } from './overview.ts';
import { RegisterPlaces } from './placed.ts';
import { latestReadings, listReadings } from './readings.ts';
import { findSealedRecord, listRecords } from './records.ts';

/** An overview is kept this many times longer than it took, so that it never costs more than a twentieth of the thread. */
const overviewKeepFactor = 20;
const overviewKeepMsMin = 250;

/**
 * The read role over one SQLite file. Runs in the thread that asks; `serve` it from a worker where ingest must not wait. With `watchFile` devices stand where
 * the register says, else where their agents do.
 */
export function openSqliteReader(file: string, mono: () => number, watchFile?: string): ReadRole & { close(): void } {
  const connection = new ReadConnection(file, mono);
  const places = watchFile === undefined ? undefined : new RegisterPlaces(connection, watchFile);
  const overview = memoOverview(connection, mono);
  const reader = readerOver(connection, overview.ask);
  const close = (): void => {
    places?.close();
    connection.close();
  };
  if (places === undefined) return { ...reader, close };
  const upToDate = (): void => {
    if (places.refresh()) overview.forget();
  };
  return { ...before(reader, upToDate), close };
}

/** Does `first` before each question. */
function before<T extends object>(role: T, first: () => void): T {
  const asked = Object.entries(role).map(([name, ask]) => [
    name,
    (...args: readonly unknown[]): unknown => {
      first();
      return (ask as (...given: readonly unknown[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(asked) as T;
}

function readerOver(connection: ReadConnection, overview: (now: number) => OverviewDto): ReadRole {
  return {
    overview: async (now) => overview(now),
    flow: async (ask) => listFlow(connection, ask),
    flowMinutes: async (minutes) => flowMinutes(connection, minutes),
    agents: async () => listAgents(connection),
    agent: async (agentId) => findAgent(connection, agentId),
    agentsById: async (agentIds) => findAgents(connection, agentIds),
    devices: async (ask) => listDevices(connection, ask),
    device: async (deviceId) => findDevice(connection, deviceId),
    devicesById: async (deviceIds) => findDevices(connection, deviceIds),
    readings: async (ask) => listReadings(connection, ask),
    latestReadings: async (deviceIds) => latestReadings(connection, deviceIds),
    records: async (ask) => listRecords(connection, ask),
    events: async (ask) => listEvents(connection, ask),
    passFlow: async (ask) => listPassFlow(connection, ask),
    passMinutes: async (minutes) => passMinutes(connection, minutes),
    business: async (ask) => businessPiece(connection, ask),
    measured: async (ask) => measuredValues(connection, ask),
    measuredFires: async (ask) => measuredFires(connection, ask),
    operations: async (deviceId) => listOperations(connection, deviceId),
    sealedRecord: async (id) => findSealedRecord(connection, id),
    gaps: async (ask) => listGaps(connection, ask),
    gap: async (id) => findGap(connection, id),
    gapsById: async (ids) => findGaps(connection, ids),
    unexplained: async () => unexplained(connection),
    deadLetters: async (ask) => listDeadLetters(connection, ask),
    outboxSpan: async () => outboxSpan(connection),
    outboxAfter: async (position, limit) => outboxAfter(connection, position, limit),
    figures: async () => readFigures(connection),
  };
}

interface MemoOverview {
  readonly ask: (now: number) => OverviewDto;
  readonly forget: () => void;
}

function memoOverview(connection: ReadConnection, mono: () => number): MemoOverview {
  let kept: { readonly value: OverviewDto; readonly until: number } | undefined;
  const ask = (now: number): OverviewDto => {
    const start = mono();
    if (kept !== undefined && start < kept.until) return kept.value;
    const value = readOverview(connection, now);
    const end = mono();
    kept = { value, until: end + Math.max(overviewKeepMsMin, (end - start) * overviewKeepFactor) };
    return value;
  };
  const forget = (): void => {
    kept = undefined;
  };
  return { ask, forget };
}
