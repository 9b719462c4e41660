import {
  type AgentAddress,
  AgentId,
  type Challenge,
  downTopic,
  Hello,
  readShape,
  type Refused,
  sessionLimits,
  type Welcome,
} from '@cardwatch/contracts';
import { epochMs } from '@cardwatch/kernel';
import type { HelloFacts, HelloOutcome } from '../store/roles.ts';
import { standingOf, welcomed } from './challenge.core.ts';
import type { CommandRelay } from './command-relay.ts';
import { readJson } from './json.ts';
import { addPart } from './hello-parts.core.ts';
import type { IngestLimits, IngestPorts } from './ports.ts';
import type { Session, Sessions } from './sessions.ts';

interface GreetingParts {
  readonly ports: IngestPorts;
  readonly limits: IngestLimits;
  readonly sessions: Sessions;
  readonly commands: CommandRelay;
}

const encoder = new TextEncoder();

/** Answers hellos: a challenge, welcome with an epoch, watermarks and cursors, or a refusal. */
export class Greeting {
  readonly #parts: GreetingParts;
  #underWay = 0;

  constructor(parts: GreetingParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#underWay > 0;
  }

  /** Resolves when the answer is on its way. */
  async receive(from: AgentAddress, session: Session, payload: Uint8Array): Promise<void> {
    const hello = readJson(payload, sessionLimits.messageBytes, Hello);
    if (!hello.ok) return this.#refuseBad(from, hello.error);
    const standing = this.#standing(session, hello.value);
    if (standing.kind === 'ask') return this.#ask(from, hello.value, standing.nonce);
    const answer = this.#parts.sessions.lease(session, hello.value.instance);
    if (!answer.held)
      return this.#refuse(from, {
        instance: hello.value.instance,
        reason: 'duplicateIdentity',
        retryAfterMs: answer.retryAfterMs,
      });
    const { parts, devices } = addPart(
      session.parts,
      hello.value,
      this.#parts.limits.helloPartsMs,
      this.#parts.ports.clock.now(),
    );
    session.parts = parts;
    if (devices === undefined) return;
    this.#underWay++;
    try {
      await this.#welcome(from, session, hello.value, { devices, alive: standing.kind === 'alive' });
    } finally {
      this.#underWay--;
    }
  }

  #standing(session: Session, hello: Hello): ReturnType<typeof standingOf>[1] {
    const [challenges, standing] = standingOf(session.challenges, hello, this.#parts.ports.uuid());
    session.challenges = challenges;
    return standing;
  }

  #ask(from: AgentAddress, { instance }: Hello, nonce: string): void {
    const { ports } = this.#parts;
    const challenge: Challenge = { v: 1, type: 'challenge', instance, nonce, serverTime: ports.clock.now() };
    ports.publish(downTopic(from, 'ack'), encoder.encode(JSON.stringify(challenge)));
  }

  async #welcome(
    from: AgentAddress,
    session: Session,
    hello: Hello,
    known: Pick<HelloFacts, 'devices' | 'alive'>,
  ): Promise<void> {
    const { ports, limits, commands } = this.#parts;
    let outcome: HelloOutcome | 'ofThePast';
    try {
      outcome = await ports.store.hello(this.#facts(from, hello, known));
    } catch (cause) {
      ports.log.log('error', 'hello not booked, the agent will come again', { agent: from.agent, cause: String(cause) });
      ports.disconnect?.(from.agent);
      return;
    }
    if (outcome === 'ofThePast') {
      if (session.lease?.instance === hello.instance) session.lease = undefined;
      ports.audit({ agent: from.agent, action: 'helloRefused', reason: outcome });
      return;
    }
    session.challenges = welcomed(session.challenges, hello.instance);
    const { epoch, progress, cursors } = outcome;
    const welcome: Welcome = {
      v: 1,
      type: 'welcome',
      instance: hello.instance,
      epoch: epoch as Welcome['epoch'],
      streams: progress as Welcome['streams'],
      cursors: cursors as Welcome['cursors'],
      credit: limits.credit,
      serverTime: ports.clock.now(),
    };
    ports.publish(downTopic(from, 'ack'), encoder.encode(JSON.stringify(welcome)));
    await commands.send(from);
  }

  #facts(from: AgentAddress, hello: Hello, known: Pick<HelloFacts, 'devices' | 'alive'>): HelloFacts {
    const { money, event, health } = hello.streams;
    return {
      site: from.site,
      agent: AgentId.parse(from.agent),
      instance: hello.instance,
      epoch: hello.epoch,
      first: { money: money.first, event: event.first, health: health.first },
      last: { money: money.last, event: event.last, health: health.last },
      acked: { money: money.acked, event: event.acked, health: health.acked },
      ...known,
      versions: hello.versions,
      newEpochUuid: this.#parts.ports.uuid(),
      sentAt: epochMs(hello.sentAt),
      now: this.#parts.ports.clock.now(),
    };
  }

  #refuse(from: AgentAddress, { instance, reason, retryAfterMs }: Pick<Refused, 'instance' | 'reason' | 'retryAfterMs'>): void {
    const { ports } = this.#parts;
    const refused: Refused = { v: 1, type: 'refused', instance, reason, retryAfterMs, serverTime: ports.clock.now() };
    ports.publish(downTopic(from, 'ack'), encoder.encode(JSON.stringify(refused)));
    ports.audit({ agent: from.agent, action: 'helloRefused', reason });
    // The one that was refused goes, so that the holder of the identity can come back.
    if (reason === 'duplicateIdentity') ports.clock.after(this.#parts.limits.refusedGoesMs, () => ports.disconnect?.(from.agent));
  }

  #refuseBad(from: AgentAddress, { detail, json }: { readonly detail: string; readonly json: unknown }): void {
    const named = readShape(Hello.pick({ instance: true }).loose(), json);
    if (named.success)
      this.#refuse(from, { instance: named.data.instance, reason: 'badHello', retryAfterMs: this.#parts.limits.badHelloRetryMs });
    else this.#parts.ports.audit({ agent: from.agent, action: 'helloRefused', reason: `badHello: ${detail}` });
  }
}
