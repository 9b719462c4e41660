/** Raises the site that is struck: disks of their own under agents and collector, the collector behind a wire, most agents behind the proxy. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Site } from '../campus/site.ts';
import { Broker, brokerWords } from './broker.ts';
import { run, sleep } from './command.ts';
import type { Missing } from './ground.ts';
import { isOnline } from './kept.ts';
import type { ChaosOptions } from './options.ts';
import { Proxy } from './proxy.ts';
import type { Field } from './strikes.ts';
import { Volume } from './volume.ts';
import { Wire } from './wire.ts';
import { Witness } from './witness.ts';

const agentImageMib = 64;
const collectorImageMib = 4_096;
const imagesMib = 12_288;
/** The machine may be busy with much else; how fast a start is stands in the benches. */
const readyMs = 180_000;
const onlineMsMax = 180_000;
const onlineEveryMs = 200;

export interface FieldOptions {
  readonly folder: string;
  readonly options: ChaosOptions;
  readonly missing: Missing;
  readonly endedByItself: (name: string, code: number, words: string) => void;
}

export async function raiseField({ folder, options, missing, endedByItself }: FieldOptions): Promise<Field> {
  const { basePort, rate, seed } = options;
  const wire = missing.has('network') ? undefined : await Wire.lay();
  const place = { port: basePort + 1, folder, endedByItself };
  const broker = options.broker === 'mosquitto' ? new Broker(place) : undefined;
  const farBroker = broker === undefined ? wire?.host : undefined;
  const site = new Site({
    folder,
    site: 'chaos',
    scale: 's',
    httpPort: basePort,
    mqttPort: basePort + 1,
    simulatorsPort: basePort + 2,
    statusPort: basePort + 3,
    linePort: basePort + 10,
    readyMs,
    simulatorWords: ['--rate', String(rate), '--seed', String(seed)],
    ...(broker === undefined ? {} : { brokerWords: brokerWords(wire?.nearHost ?? '127.0.0.1', place) }),
    ...(wire === undefined ? {} : { collectorAt: { host: wire.host, before: wire.before } }),
    endedByItself,
  });
  const volumes = missing.has('images') ? new Map<string, Volume>() : await makeVolumes(site);
  await site.startSimulators();
  const witness = new Witness();
  const targetHost = farBroker === undefined ? {} : { targetHost: farBroker };
  const proxy = await Proxy.start({ ...targetHost, targetPort: site.options.mqttPort, witness: () => witness.listen() });
  for (const [index, agent] of site.agents.entries()) {
    // The last agent has no proxy before it when the wire lies before the broker: a partition meets its own connection.
    const direct = farBroker !== undefined && index === site.agents.length - 1;
    site.enrol(agent, direct ? site.options.mqttPort : proxy.port, {}, direct ? farBroker : undefined);
  }
  broker?.configure(site);
  await broker?.start();
  await site.startCollector();
  for (const agent of site.agents) site.startAgent(agent);
  await untilOnline(site);
  return { site, proxy, witness, volumes, wire, broker };
}

/** Before the first strike everybody knows everybody: an agent that was never welcomed keeps nothing that could be lost. */
async function untilOnline(site: Site): Promise<void> {
  const end = performance.now() + onlineMsMax;
  for (const [index] of site.agents.entries())
    while (!(await isOnline(site.options.statusPort + index))) {
      if (performance.now() > end) throw new Error(`the agents were not online within ${onlineMsMax / 1_000} s`);
      await sleep(onlineEveryMs);
    }
}

/** The images lie in memory: what counts is what reached them, not how fast. */
async function makeVolumes(site: Site): Promise<Map<string, Volume>> {
  const images = join(site.options.folder, 'images');
  mkdirSync(images);
  await run('mount', '-t', 'tmpfs', '-o', `size=${imagesMib}M`, 'tmpfs', images);
  const volumes = new Map<string, Volume>();
  for (const agent of site.agents)
    volumes.set(agent, await Volume.make(site.agentFolder(agent), join(images, `${agent}.img`), agentImageMib));
  volumes.set('collector', await Volume.make(site.collectorFolder, join(images, 'collector.img'), collectorImageMib));
  return volumes;
}

/** Ends everything. What lay on the disks is copied beside them when it is to be looked at. */
export async function clear({ site, proxy, volumes, wire, broker }: Field, keep: boolean): Promise<void> {
  await site.stopAll(5_000);
  await broker?.kill();
  await proxy.close();
  wire?.close();
  for (const [name, volume] of volumes) {
    if (keep && existsSync(volume.folder)) await run('cp', '-a', volume.folder, join(site.options.folder, `${name}.kept`));
    await volume.release();
  }
  if (volumes.size > 0) await run('umount', join(site.options.folder, 'images'));
}
