/** The real ports of an agent, from a checked configuration. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { InstanceId } from '@cardwatch/contracts';
import { createRegistry } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { err, fromHex, type Logger } from '@cardwatch/kernel';
import type { Agent, AgentPorts } from '../agent.ts';
import type { LoadedConfig } from '../config/load.ts';
import { plannedDevices } from '../config/setup.ts';
import { type Journal, openJournal } from '../journal/index.ts';
import { createAgent } from '../wiring.ts';
import { systemClock } from './clock.ts';
import { zstd } from './compress.ts';
import { cursorFile } from './cursor-file.ts';
import { realDisk } from './disk.ts';
import { hostFacts } from './host.ts';
import { mqttLink } from './mqtt.ts';
import { hasher } from './hasher.ts';
import { random } from './random.ts';
import { recordCrypto } from './seal.ts';
import { version } from './version.ts';

export interface RealAgent {
  readonly agent: Agent;
  readonly journal: Journal;
}

const keyOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

/** Opens the journal, which recovers what a crash left, and puts the agent together. Nothing is polled or sent before `start()`. */
export async function realAgent(loaded: LoadedConfig, log: Logger): Promise<RealAgent> {
  const { config, secrets, dataFolder } = loaded;
  const clock = systemClock;
  const address = { site: config.site, agent: config.agent };
  const disk = realDisk(join(dataFolder, 'journal'));
  const journal = await openJournal({ disk, clock, hasher, log: log.child({ part: 'journal' }), agent: config.agent });
  const devices = plannedDevices(loaded, createRegistry(random));
  const planned = new Map<string, (typeof devices)[number]>(devices.map((device) => [device.declaration.deviceId, device]));
  const io = createDriverIo({ clock, log: log.child({ part: 'driver' }) });
  const { siteKey, dataKey, dataKeyId } = secrets;
  const ports: AgentPorts = {
    journal,
    link: mqttLink({ url: config.collector.url, address, password: secrets.mqttSecret, ca: loaded.ca }),
    clock,
    random,
    log,
    crypto: recordCrypto({ siteKey: keyOf(siteKey), dataKey: keyOf(dataKey), dataKeyId }),
    compress: zstd,
    openSession: async ({ declaration }) => {
      const device = planned.get(declaration.deviceId);
      if (device === undefined) return err({ kind: 'unsupported', detail: 'not in the configuration' });
      return device.driver.open(device.connection, device.profile, io);
    },
    cursorStore: cursorFile(join(dataFolder, 'cursors.json')),
    newInstanceId: () => InstanceId.parse(randomBytes(16).toString('hex')),
    host: hostFacts(dataFolder),
  };
  const versions = { agent: version, node: process.versions.node };
  const timings = { firstConnectMs: config.collector.firstConnectMs };
  return { agent: createAgent(ports, { ...address, devices, versions, timings }), journal };
}
