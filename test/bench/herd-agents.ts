/** A process full of agents for the herd: the agent's own supervisor, session, back-off and MQTT client; the journal is in memory, and there are no devices. */
import { randomBytes } from 'node:crypto';
import { createAgent, type Agent, emptyCursors } from '@cardwatch/agent';
import { AgentId, InstanceId, SiteId } from '@cardwatch/contracts';
import { err, ok, silentLogger } from '@cardwatch/kernel';
import { zstd } from '../../packages/agent/src/shell/compress.ts';
import { systemClock } from '../../packages/agent/src/shell/clock.ts';
import { mqttLink } from '../../packages/agent/src/shell/mqtt.ts';
import { random } from '../../packages/agent/src/shell/random.ts';
import { recordCrypto } from '../../packages/agent/src/shell/seal.ts';
import { MemoryJournal } from '../agent/memory-journal.ts';
import { benchLine, usualPace } from './ingest-batches.ts';

export interface HerdOrder {
  readonly url: string;
  readonly ca: string | undefined;
  readonly site: string;
  readonly agents: readonly { readonly agent: string; readonly secret: string }[];
  readonly firstConnectMs: number;
}

export type HerdSays = {
  readonly online: number;
  readonly attempts: number;
  readonly problems: Readonly<Record<string, number>>;
};

interface Member {
  readonly name: string;
  readonly agent: Agent;
  readonly journal: MemoryJournal;
}

const members: Member[] = [];

async function raise({ url, ca, site, agents, firstConnectMs }: HerdOrder): Promise<void> {
  for (const { agent: name, secret } of agents) {
    const address = { site: SiteId.parse(site), agent: AgentId.parse(name) };
    const journal = new MemoryJournal();
    const key = randomBytes(32);
    const ports = {
      journal,
      link: mqttLink({ url, address, password: secret, ca }),
      clock: systemClock,
      random,
      log: silentLogger,
      crypto: recordCrypto({ siteKey: key, dataKey: key, dataKeyId: 'k1' }),
      compress: zstd,
      openSession: async () => err({ kind: 'unsupported', detail: 'no devices' } as const),
      cursorStore: { load: async () => ok(emptyCursors), save: async () => ok(undefined) },
      newInstanceId: () => InstanceId.parse(randomBytes(16).toString('hex')),
      host: async () => ({ rssBytes: 0, cpuPct: 0, diskFreeBytes: 1e9, clockQuality: 'synced' as const }),
    };
    const versions = { agent: 'bench', node: process.versions.node };
    const agent = createAgent(ports, { ...address, devices: [], versions, timings: { firstConnectMs } });
    members.push({ name, agent, journal });
    await agent.start();
  }
}

/** Records that the agents could not send while the collector was away. */
async function fill(records: number): Promise<void> {
  for (const { name, journal } of members) {
    const plan = { agent: name, devices: 32, startAt: Date.now() - 86_400_000, ...usualPace };
    for (let first = 0; first < records; first += 512) {
      const count = Math.min(512, records - first);
      const appended = await journal.append(
        'money',
        Array.from({ length: count }, (_, i) => benchLine(plan, first + i)),
      );
      if (!appended.ok) throw new Error(`append: ${appended.error.kind}`);
    }
  }
}

function standing(): HerdSays {
  const states = members.map(({ agent }) => agent.status().uplink);
  const problems: Record<string, number> = {};
  for (const { lastProblem } of states) if (lastProblem !== undefined) problems[lastProblem] = (problems[lastProblem] ?? 0) + 1;
  const online = states.filter(({ phase }) => phase === 'online').length;
  return { online, attempts: states.reduce((sum, { attempts }) => sum + attempts, 0), problems };
}

process.on('message', (order: HerdOrder | { readonly fill: number } | 'standing') => {
  if (order === 'standing') process.send?.(standing());
  else if ('fill' in order) void fill(order.fill).then(() => process.send?.(standing()));
  else void raise(order).then(() => process.send?.(standing()));
});
process.once('disconnect', () => process.exit(0));
