/** Hears what the collector tells agents on the wire, and holds its database to it: what was acknowledged is committed, after every kill and power cut. */
import { DatabaseSync } from 'node:sqlite';
import { AckMessage, parseTopic } from '@cardwatch/contracts';
import { parser } from 'mqtt-packet';

interface Told {
  readonly agent: string;
  readonly epoch: number;
  readonly stream: string;
  readonly upto: number;
}

export class Witness {
  readonly #told = new Map<string, Told>();
  #acknowledgements = 0;

  get acknowledgements(): number {
    return this.#acknowledgements;
  }

  /** For one connection: takes the bytes as they come. */
  listen(): (chunk: Uint8Array) => void {
    const packets = parser({ protocolVersion: 4 });
    packets.on('packet', (packet) => {
      if (packet.cmd === 'publish') this.#hear(packet.topic, packet.payload);
    });
    packets.on('error', () => undefined);
    return (chunk) => void packets.parse(Buffer.from(chunk));
  }

  /** As it stands now. */
  told(): readonly Told[] {
    return [...this.#told.values()];
  }

  #hear(topic: string, payload: string | Buffer): void {
    const parsed = parseTopic(topic);
    if (!parsed.ok || parsed.value.way !== 'down' || parsed.value.kind !== 'ack') return;
    const message = AckMessage.parse(JSON.parse(payload.toString()));
    if (message.type !== 'ack') return;
    this.#acknowledgements++;
    const { agent } = parsed.value.address;
    const { epoch, stream, contiguousUpto: upto } = message;
    const key = `${agent}/${epoch}/${stream}`;
    if (upto > (this.#told.get(key)?.upto ?? 0)) this.#told.set(key, { agent, epoch, stream, upto });
  }
}

export interface Checked {
  readonly checked: number;
  readonly problems: readonly string[];
}

/** `told` against the database of a collector that is not running; also whether SQLite finds the file sound. */
export function heldTo(told: readonly Told[], database: string): Checked {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    const sound = db.prepare('PRAGMA quick_check').all() as readonly { readonly quick_check?: unknown }[];
    const unsound = sound.map((row) => String(row.quick_check)).filter((word) => word !== 'ok');
    const accepted = db.prepare('SELECT max(last) AS n FROM accepted WHERE agent_id = ? AND epoch = ? AND stream = ?');
    const declared = db.prepare(
      "SELECT max(last) AS n FROM gap WHERE scope = 'stream' AND agent_id = ? AND epoch = ? AND stream = ?",
    );
    const last = (agent: string, epoch: number, stream: string): number =>
      Math.max(...[accepted, declared].map((statement) => Number(statement.get(agent, epoch, stream)?.['n'] ?? 0)));
    const lost = told.flatMap(({ agent, epoch, stream, upto }) => {
      const found = last(agent, epoch, stream);
      return found >= upto ? [] : [`${agent} was told ${stream} up to ${epoch}/${upto}, the database ends at ${found}`];
    });
    return { checked: told.length, problems: [...unsound.map((word) => `database: ${word}`), ...lost] };
  } finally {
    db.close();
  }
}
