import type { AgentId } from '@cardwatch/contracts';
import type { Clock } from '@cardwatch/kernel';
import type { Aedes, AedesOptions, AuthenticateError, Client, ConnectPacket, PublishPacket } from 'aedes';
import { addressOf, type ConnectFacts, maySubscribe, publishKind } from './access.core.ts';
import type { CanaryIdentity } from './canary.ts';
import type { Credentials } from './credentials.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import type { BrokerEvents, BrokerRefusal } from './events.ts';
import type { Peer } from './peer.ts';

interface AdmissionParts {
  readonly credentials: Credentials;
  readonly doorkeeper: Doorkeeper;
  readonly identity: CanaryIdentity;
  /** Longest keep-alive that may be asked for; none is refused. */
  readonly keepaliveS: number;
  readonly clock: Clock;
  readonly peerOf: (client: Client) => Peer | undefined;
  /** The connection that an agent has now. */
  readonly standing: (agent: AgentId) => Client | undefined;
  readonly refused: (refusal: BrokerRefusal, peer: Peer, detail: string) => void;
  readonly events: BrokerEvents;
}

type Hooks = Required<Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>>;
type Done = (error?: Error | null) => void;

/** CONNACK return codes, MQTT-3.2.2.3. */
const unavailable = 3;
const badCredentials = 4;
const notAuthorised = 5;

/** The questions that aedes asks before it lets an agent do something. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  hooks(): Hooks {
    return {
      preConnect: (client, packet, callback) => {
        const peer = this.#parts.peerOf(client);
        if (peer === undefined) return callback(new Error('no connection of ours'), false);
        peer.facts = factsOf(packet);
        const keepaliveS = packet.keepalive ?? 0;
        if (keepaliveS > 0 && keepaliveS <= this.#parts.keepaliveS) return callback(null, true);
        // none of the return codes fits: closed without one (MQTT-3.2.2-6)
        this.#parts.refused('keepalive', peer, String(keepaliveS));
        callback(new Error('keep alive not accepted'), false);
      },
      authenticate: (client, _username, password, done) => {
        void this.#authenticate(client, password).then((refusal) =>
          refusal === undefined ? done(null, true) : done(refusalError(refusal), false),
        );
      },
      authorizePublish: (client, packet, callback) => callback(this.#publishError(client, packet)),
      authorizeSubscribe: (client, subscription, callback) => {
        const peer = this.#parts.peerOf(client);
        const allowed = peer !== undefined && this.#mayHear(peer, subscription);
        if (allowed) peer.granted.set(subscription.topic, subscription.qos === 0 ? 0 : 1);
        else if (peer !== undefined) this.#parts.refused('subscribe', peer, subscription.topic.slice(0, 128));
        callback(null, allowed ? subscription : null);
      },
    };
  }

  async #authenticate(client: Client, password: Buffer | undefined): Promise<number | undefined> {
    const { doorkeeper, clock, credentials, refused } = this.#parts;
    const peer = this.#parts.peerOf(client);
    if (peer?.facts === undefined) return notAuthorised;
    if (this.#parts.identity.matches(peer.facts, password)) {
      peer.canary = true;
      return undefined;
    }
    const found = addressOf(peer.facts);
    if ('refusal' in found) {
      refused(found.refusal, peer, '');
      return notAuthorised;
    }
    const { address } = found;
    if (!doorkeeper.mayTry(peer.ip, address, clock.now())) {
      refused('banned', peer, address.agent);
      return unavailable;
    }
    const answer = await credentials.check(address, password ?? Buffer.alloc(0));
    if (answer !== 'ok') {
      if (answer !== 'suspended') doorkeeper.wrongSecret(peer.ip, address, clock.now());
      refused(answer === 'suspended' ? 'suspended' : 'credentials', peer, answer);
      return answer === 'suspended' ? notAuthorised : badCredentials;
    }
    if (doorkeeper.rightSecret(peer.ip, address, clock.now())) return this.#takeOver(peer, address);
    refused('flapping', peer, address.agent);
    return unavailable;
  }

  #takeOver(peer: Peer, address: NonNullable<Peer['address']>): number | undefined {
    const { doorkeeper, clock, refused, standing, peerOf } = this.#parts;
    const before = standing(address.agent);
    if (before !== undefined && !before.closed) {
      if (!doorkeeper.mayTakeOver(address, clock.now())) {
        refused('takeovers', peer, address.agent);
        return unavailable;
      }
      const former = peerOf(before);
      if (former !== undefined) former.takenOver = true;
      before.close();
    }
    peer.address = address;
    return undefined;
  }

  #mayHear({ address, canary }: Peer, { topic, qos }: { readonly topic: string; readonly qos: number }): boolean {
    if (canary) return topic === this.#parts.identity.topic;
    return address !== undefined && maySubscribe(address, topic) && qos < 2;
  }

  #publishError(client: Client | null, packet: PublishPacket): Error | null {
    const peer = client === null ? undefined : this.#parts.peerOf(client);
    // aedes would acknowledge it under no id (MQTT-2.3.1-1)
    if (packet.qos > 0 && packet.messageId === 0) return new Error('QoS 1 without an id');
    if (peer?.address !== undefined && publishKind(peer.address, packet.topic) !== undefined) return null;
    if (peer?.canary === true && packet.topic === this.#parts.identity.topic) return null;
    if (peer !== undefined) this.#parts.refused('publish', peer, packet.topic.slice(0, 128));
    return new Error('not the agent’s own topic');
  }

  /**
   * Agents' messages go to ingest and nowhere else: nobody subscribes to them, so aedes need not look for subscribers. Run-time guarantee: aedes calls
   * `broker.publish(packet, client, done)` for what a client published and its will, after `authorizePublish` (lib/handlers/publish.js, lib/client.js).
   */
  takeOutMessages(aedes: Aedes): void {
    const route = aedes.publish.bind(aedes) as (packet: PublishPacket, client: Client | Done | null, done?: Done) => void;
    const publish = (packet: PublishPacket, client: Client | Done | null, done?: Done): void => {
      if (client === null || typeof client === 'function') return route(packet, client, done);
      this.#takeOut(client, packet);
      done?.();
    };
    Reflect.set(aedes, 'publish', publish);
  }

  /** The will says the same as the end of the connection, which the broker tells itself. */
  #takeOut(client: Client, packet: PublishPacket): void {
    const peer = this.#parts.peerOf(client);
    if (peer?.canary === true) return client.publish({ ...packet, qos: 1, dup: false }, () => {});
    const address = peer?.address;
    const kind = address === undefined ? undefined : publishKind(address, packet.topic);
    if (address === undefined || kind === undefined || kind === 'bye') return;
    const { payload } = packet;
    this.#parts.events.receive(address, kind, typeof payload === 'string' ? Buffer.from(payload) : payload);
  }
}

function factsOf(packet: ConnectPacket): ConnectFacts {
  const { will } = packet;
  return {
    clientId: packet.clientId,
    username: packet.username,
    clean: packet.clean ?? false,
    will:
      will === undefined
        ? undefined
        : { topic: will.topic, qos: will.qos ?? 0, retain: will.retain ?? false, bytes: will.payload?.length ?? 0 },
  };
}

const refusalError = (returnCode: number): AuthenticateError => Object.assign(new Error('refused'), { returnCode });
