/** What an agent is made of and what it offers: see `wiring.ts` for how the parts are put together. */
import type { AgentId, DeviceDeclaration, InstanceId, SiteId } from '@cardwatch/contracts';
import type { CommonProfile, DriverFailure, Session } from '@cardwatch/drivers';
import type { Clock, Logger, Random, Result } from '@cardwatch/kernel';
import type { Journal } from './journal/journal.ts';
import type { Compress, CursorStore, HostFacts, Link, Neighbourhood, RecordCrypto } from './ports.ts';
import type { AgentStatus } from './status/status.ts';

/** One device, ready to be polled. Devices with the same `lineKey` share one half-duplex line and one loop. */
export interface AgentDevice {
  readonly declaration: DeviceDeclaration;
  readonly profile: CommonProfile;
  readonly lineKey: string;
  /** Kind of its link, for the status page. */
  readonly linkKind?: string;
  /** Devices that it is reached through, nearest first: while one of them is offline, this one's silence is not its own. */
  readonly parents?: readonly string[];
  /** IPv4 address that it, or the box that it hangs on, is reached at. */
  readonly host?: string;
  /** Serial number that it must show; a device that shows another is not collected from. */
  readonly expectedSerial?: string;
}

export interface AgentTimings {
  /** First connect after power-on: uniform in [0, this). */
  readonly firstConnectMs: number;
  readonly healthPeriodMs: number;
  readonly heartbeatPeriodMs: number;
  /** A reading that does not change is sent again after this. */
  readonly readingPeriodMs: number;
}

export const defaultTimings: AgentTimings = {
  firstConnectMs: 30_000,
  healthPeriodMs: 30_000,
  heartbeatPeriodMs: 60_000,
  readingPeriodMs: 60_000,
};

export interface AgentConfig {
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly devices: readonly AgentDevice[];
  readonly versions: { readonly agent: string; readonly node: string };
  readonly timings?: Partial<AgentTimings>;
}

/** The agent owns none of its ports: whoever made the journal closes it, after `stop()`. */
export interface AgentPorts {
  readonly journal: Journal;
  readonly link: Link;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly crypto: RecordCrypto;
  readonly compress: Compress;
  openSession(device: AgentDevice): Promise<Result<Session, DriverFailure>>;
  readonly cursorStore: CursorStore;
  newInstanceId(): InstanceId;
  host(): Promise<HostFacts>;
  /** Left out: nothing is told of the ways to the devices. */
  readonly neighbourhood?: Neighbourhood;
}

/** How many devices a new configuration touched. */
export interface Reconfigured {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly untouched: number;
}

export interface Agent {
  /** Reads the cursors and starts all loops. Resolves when they run; failures of devices and links are no failures of it. */
  start(): Promise<void>;
  /** Ends all loops and closes link and sessions, within 3 s. May be called twice. */
  stop(): Promise<void>;
  status(): AgentStatus;
  /**
   * Takes another device list while it runs. A device that is the same object as before is untouched: it misses no poll and keeps its session
   * and counters. Another object of the same id is closed and opened anew. The collector is told the new list.
   */
  reconfigure(devices: readonly AgentDevice[]): Promise<Reconfigured>;
  /** Asks a device at once; whether it answered. False as well when the device is not of this agent. */
  pollNow(deviceId: string): Promise<boolean>;
  /** A new configuration was not taken, and why: told to the collector and shown on the status page. */
  configRefused(reason: string): void;
}
