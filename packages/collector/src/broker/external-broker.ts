/** In the place of the embedded broker: one that is not ours. Who connects there and whom it turns away stand in its own log; here is what the collector itself sees. */
import type { AgentAddress, UpKind } from '@cardwatch/contracts';
import type { Clock, Logger, Random } from '@cardwatch/kernel';
import type { BrokerAudit, BrokerEvents, BrokerRefusal } from './events.ts';
import { connectExternal, type ExternalLink, type ExternalOptions } from './external.ts';
import type { KnownAgents } from './known-agents.ts';

/** What the collector is told of its broker; user and password come from a file of secrets. */
export type ExternalPlace = Pick<ExternalOptions, 'url' | 'ca' | 'username' | 'password' | 'clientId'>;

export interface ExternalBrokerOptions {
  readonly place: ExternalPlace;
  readonly known: KnownAgents;
  readonly events: Pick<BrokerEvents, 'receive'>;
  readonly audit: (entry: BrokerAudit) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface ExternalStats {
  readonly kind: 'external';
  /** The connection to it stands and is subscribed. */
  readonly up: boolean;
  /** Messages that the collector itself did not take; whom the broker turned away is not seen here. */
  readonly refusedTotal: number;
  readonly refused: Readonly<Partial<Record<BrokerRefusal, number>>>;
  readonly unsentTotal: number;
}

export interface ExternalBroker {
  /** Where it is; without a secret. */
  readonly url: string;
  publish(topic: string, payload: Uint8Array): void;
  stats(): ExternalStats;
  /** May be called twice. */
  close(): Promise<void>;
}

/** Connects and keeps connecting until closed. Rejects when the registered agents cannot be read. */
export async function openExternalBroker(options: ExternalBrokerOptions): Promise<ExternalBroker> {
  await options.known.load();
  return new OtherBroker(options);
}

/** The peer of every message is the broker. */
const seenFrom = 'external broker';

class OtherBroker implements ExternalBroker {
  readonly url: string;
  readonly #options: ExternalBrokerOptions;
  readonly #link: ExternalLink;
  readonly #refused: Partial<Record<BrokerRefusal, number>> = {};
  #unsentTotal = 0;

  constructor(options: ExternalBrokerOptions) {
    const { place, clock, random, log } = options;
    this.#options = options;
    this.url = place.url;
    this.#link = connectExternal({
      ...place,
      clock,
      log,
      random,
      receive: (from, kind, payload, settled) => this.#receive({ from, kind }, payload, settled),
      notOurs: (topic) => this.#refuse('publish', undefined, topic.slice(0, 64)),
    });
  }

  publish(topic: string, payload: Uint8Array): void {
    if (!this.#link.publish(topic, payload)) this.#unsentTotal++;
  }

  stats(): ExternalStats {
    const refusedTotal = Object.values(this.#refused).reduce((sum, count) => sum + count, 0);
    return {
      kind: 'external',
      up: this.#link.connected(),
      refusedTotal,
      refused: { ...this.#refused },
      unsentTotal: this.#unsentTotal,
    };
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** Whom the broker lets in and the ledger does not know has a secret of nobody's making: nothing of it is taken. */
  #receive(
    { from, kind }: { readonly from: AgentAddress; readonly kind: UpKind },
    payload: Uint8Array,
    settled: () => void,
  ): void {
    const standing = this.#options.known.standing(from);
    if (standing === 'known') return this.#options.events.receive(from, kind, payload, settled);
    this.#refuse(
      standing === 'unknown' ? 'credentials' : 'suspended',
      from.agent,
      `${from.site}/${from.agent} is ${standing} here`,
    );
    settled();
  }

  #refuse(refusal: BrokerRefusal, agent: string | undefined, detail: string): void {
    this.#refused[refusal] = (this.#refused[refusal] ?? 0) + 1;
    this.#options.audit({ refusal, ip: seenFrom, agent, detail });
  }
}
