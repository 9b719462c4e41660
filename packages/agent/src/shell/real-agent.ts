/** The real ports of an agent, from a checked configuration. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { InstanceId } from '@cardwatch/contracts';
import { createRegistry } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { err, fromHex, type Logger, ok, type Result } from '@cardwatch/kernel';
import type { Agent, AgentPorts, Reconfigured } from '../agent.ts';
import { carriedOver, restartNeeded } from '../config/difference.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type PlannedDevice, plannedDevices } from '../config/setup.ts';
import { type Journal, openJournal } from '../journal/index.ts';
import { TraceBook } from '../trace/trace-book.ts';
import { createAgent } from '../wiring.ts';
import { systemClock } from './clock.ts';
import { zstd } from './compress.ts';
import { cursorFile } from './cursor-file.ts';
import { realDisk } from './disk.ts';
import { hostFacts } from './host.ts';
import { mqttLink } from './mqtt.ts';
import { neighbourhood } from './neighbourhood.ts';
import { hasher } from './hasher.ts';
import { random } from './random.ts';
import { recordCrypto } from './seal.ts';
import { version } from './version.ts';

export interface RealAgent {
  readonly agent: Agent;
  readonly journal: Journal;
  readonly traces: TraceBook;
  /** As they are configured at present. */
  devices(): readonly PlannedDevice[];
  /** Takes over a configuration that was read again. Refused, and nothing of it taken, when it changes what is read at the start alone. */
  reload(loaded: LoadedConfig): Promise<Result<Reconfigured, RestartNeeded>>;
}

export interface RestartNeeded {
  readonly kind: 'restartNeeded';
  /** Names of the settings. */
  readonly settings: readonly string[];
}

const keyOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

/** Opens the journal, which recovers what a crash left, and puts the agent together. Nothing is polled or sent before `start()`. */
export async function realAgent(loaded: LoadedConfig, log: Logger): Promise<RealAgent> {
  const { config } = loaded;
  const drivers = createRegistry(random);
  const traces = new TraceBook(systemClock);
  let devices: readonly PlannedDevice[] = plannedDevices(loaded, drivers);
  const disk = realDisk(join(loaded.dataFolder, 'journal'));
  const journal = await openJournal({
    disk,
    clock: systemClock,
    hasher,
    log: log.child({ part: 'journal' }),
    agent: config.agent,
  });
  const ports = realPorts(loaded, { journal, log, traces, devices: () => devices });
  const versions = { agent: version, node: process.versions.node };
  const timings = { firstConnectMs: config.collector.firstConnectMs };
  const agent = createAgent(ports, { site: config.site, agent: config.agent, devices, versions, timings });
  return {
    agent,
    journal,
    traces,
    devices: () => devices,
    reload: async (next) => {
      const settings = restartNeeded(loaded, next);
      if (settings.length > 0) return err({ kind: 'restartNeeded', settings });
      devices = carriedOver(devices, plannedDevices(next, drivers));
      return ok(await agent.reconfigure(devices));
    },
  };
}

interface PortParts {
  readonly journal: Journal;
  readonly log: Logger;
  readonly traces: TraceBook;
  devices(): readonly PlannedDevice[];
}

function realPorts({ config, secrets, dataFolder, ca }: LoadedConfig, { journal, log, traces, devices }: PortParts): AgentPorts {
  const io = createDriverIo({ clock: systemClock, log: log.child({ part: 'driver' }) });
  const { siteKey, dataKey, dataKeyId } = secrets;
  const address = { site: config.site, agent: config.agent };
  return {
    journal,
    link: mqttLink({ url: config.collector.url, address, password: secrets.mqttSecret, ca }),
    clock: systemClock,
    random,
    log,
    crypto: recordCrypto({ siteKey: keyOf(siteKey), dataKey: keyOf(dataKey), dataKeyId }),
    compress: zstd,
    openSession: async (asked) => {
      const device = devices().find((each) => each === asked);
      if (device === undefined) return err({ kind: 'unsupported', detail: 'not in the configuration' });
      return device.driver.open(device.connection, device.profile, traces.ioOf(io, device.declaration.deviceId));
    },
    cursorStore: cursorFile(join(dataFolder, 'cursors.json')),
    newInstanceId: () => InstanceId.parse(randomBytes(16).toString('hex')),
    host: hostFacts(dataFolder),
    neighbourhood: neighbourhood(io),
  };
}
