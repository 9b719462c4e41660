/** The collector's ingest over SQLite in memory and virtual time, without a broker: what is handed in, what comes out. */
import { createIngest, type Ingest, type IngestAudit, type IngestPorts } from '@cardwatch/collector/ingest';
import { type IngestStore, openIngestStore } from '@cardwatch/collector/store';
import { type Ack, AckMessage, AgentId, type Command, Command as CommandSchema, SiteId, type UpKind } from '@cardwatch/contracts';
import { epochMs, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { morning } from './records.ts';

export const site = SiteId.parse('demo');

export interface Bed {
  readonly ingest: Ingest;
  readonly clock: VirtualClock;
  readonly answers: { readonly agent: string; readonly message: AckMessage }[];
  readonly commands: { readonly agent: string; readonly command: Command }[];
  readonly audited: IngestAudit[];
  readonly disconnected: string[];
  send(agent: string, kind: UpKind, payload: Uint8Array | object): void;
  /** Lets `ms` pass in small steps and waits until all is quiet. */
  pass(ms: number): Promise<void>;
  acks(agent: string): Ack[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function makeBed(store: IngestStore = openIngestStore(':memory:'), more: Partial<IngestPorts> = {}): Bed {
  const clock = new VirtualClock(epochMs(morning + 3_600_000));
  const answers: Bed['answers'] = [];
  const commands: Bed['commands'] = [];
  const audited: IngestAudit[] = [];
  const disconnected: string[] = [];
  let uuids = 0;
  const ingest = createIngest({
    store,
    clock,
    log: silentLogger,
    publish: (topic, payload) => {
      const agent = topic.split('/')[3] ?? '';
      const json: unknown = JSON.parse(decoder.decode(payload));
      if (topic.endsWith('/command')) commands.push({ agent, command: CommandSchema.parse(json) });
      else answers.push({ agent, message: AckMessage.parse(json) });
    },
    audit: (entry) => audited.push(entry),
    uuid: () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}`,
    disconnect: (agent) => disconnected.push(agent),
    ...more,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(500, left));
      await ingest.idle();
    }
  };
  return {
    ingest,
    clock,
    answers,
    commands,
    audited,
    disconnected,
    send: (agent, kind, payload) =>
      ingest.receive(
        { site, agent: AgentId.parse(agent) },
        kind,
        payload instanceof Uint8Array ? payload : encoder.encode(JSON.stringify(payload)),
      ),
    pass,
    acks: (agent) =>
      answers.flatMap((answer) => (answer.agent === agent && answer.message.type === 'ack' ? [answer.message] : [])),
  };
}
