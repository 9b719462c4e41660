/** One connection's life: greeting, welcome, then the pump until it ends. */
import {
  AckMessage,
  type AgentAddress,
  type Challenge,
  Command,
  type DeviceDeclaration,
  DeviceId,
  type EpochNo,
  type Hello,
  parseTopic,
  type Refused,
  sessionLimits,
  type Stream,
  type StreamPosition,
  streams,
  upTopic,
  type Welcome,
  readShape,
} from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import type { AgentConfig, AgentDevice } from '../agent.ts';
import type { CursorKeeper } from '../collect/cursor-keeper.ts';
import { isSparse } from '../collect/terminal.ts';
import type { LinkConnection } from '../ports.ts';
import type { Reporter } from '../report/reporter.ts';
import { within } from '../sleeper.ts';
import type { Commander } from './commands.ts';
import { type HelloFacts, helloOf, partsOf } from './hello.core.ts';
import { Pump, type PumpEnd, type PumpParts } from './pump.ts';

export const uplinkLimits = { welcomeMs: 15_000 } as const;

export interface SessionParts extends PumpParts {
  readonly config: AgentConfig;
  readonly cursors: CursorKeeper;
  readonly reporter: Reporter;
  readonly commander: Commander;
  readonly bootedAt: EpochMs;
  /** The collector has told its cursors: lines may go on with money. `fresh`: the journal has just begun a new life. */
  onWelcome(fresh: boolean): void;
}

export type SessionEnd =
  | { readonly kind: 'refused'; readonly reason: Refused['reason']; readonly retryAfterMs: number }
  | { readonly kind: 'closed'; readonly reason: string }
  | { readonly kind: 'noWelcome' }
  | { readonly kind: 'storageFailed' }
  | { readonly kind: PumpEnd };

type Answer = Welcome | Refused | 'closed' | 'late';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const encode = (message: unknown): Uint8Array => encoder.encode(JSON.stringify(message));

export class UplinkSession {
  readonly #parts: SessionParts;
  readonly #connection: LinkConnection;
  readonly #address: AgentAddress;
  readonly #ended = new AbortController();
  #closeReason = 'closed';
  #answer: ((answer: Answer) => void) | undefined;
  /** Nonce of the collector's last challenge. */
  #challenge: string | undefined;
  #pump: Pump | undefined;
  #lastHeardAt: EpochMs | undefined;
  #refused: Refused | undefined;
  /** The device list is another than the one that was told. */
  #outdated = false;

  constructor(parts: SessionParts, connection: LinkConnection) {
    this.#parts = parts;
    this.#connection = connection;
    this.#address = parts.address;
    connection.onMessage((topic, payload) => this.#received(topic, payload));
    connection.onClose((reason) => {
      this.#closeReason = reason;
      this.#answer?.('closed');
      this.#ended.abort();
    });
  }

  get lastHeardAt(): EpochMs | undefined {
    return this.#lastHeardAt;
  }

  get pump(): Pump | undefined {
    return this.#pump;
  }

  /** `onOnline` is called at the welcome. Resolves when the connection is of no more use; the caller closes it. */
  async run(signal: AbortSignal, onOnline: () => void): Promise<SessionEnd> {
    const stop = (): void => this.#ended.abort();
    signal.addEventListener('abort', stop, { once: true });
    const greeted = await this.#greet();
    if (greeted.kind !== 'welcome') {
      signal.removeEventListener('abort', stop);
      return greeted;
    }
    this.#pump = new Pump(this.#parts, this.#connection, greeted.welcome, greeted.helloLast);
    onOnline();
    if (this.#outdated) this.declare();
    const end = await this.#pump.run(this.#ended.signal);
    signal.removeEventListener('abort', stop);
    if (this.#refused !== undefined) return refusal(this.#refused);
    return end === 'aborted' && !signal.aborted ? { kind: 'closed', reason: this.#closeReason } : { kind: end };
  }

  /** The device list changed: it is told on the connection as it stands, and the collector's answer says where its ledger of new devices is. */
  declare(): void {
    this.#outdated = true;
    if (this.#pump === undefined || this.#answer !== undefined) return;
    this.#declare().catch((error: unknown) => this.#parts.log.log('error', 'declareBroke', { detail: String(error) }));
  }

  async #declare(): Promise<void> {
    const { config, cursors, journal, onWelcome } = this.#parts;
    while (this.#outdated && !this.#ended.signal.aborted) {
      this.#outdated = false;
      const answer = await this.#hello();
      const welcome = typeof answer === 'object' && answer.type === 'welcome' ? answer : undefined;
      const devices = config.devices.map(({ declaration }) => declaration.deviceId);
      const adopted =
        welcome !== undefined &&
        welcome.epoch.no === journal.epoch()?.no &&
        (await cursors.welcome(devices, welcome.cursors, false)).ok;
      if (adopted) onWelcome(false);
      else {
        this.#closeReason = 'the new device list was not taken';
        this.#ended.abort();
      }
    }
  }

  /** Sends the hello in all its parts; the collector answers once it has the last one. */
  async #greet(): Promise<
    | {
        readonly kind: 'welcome';
        readonly welcome: Welcome;
        readonly helloLast: (stream: Stream, epoch: EpochNo) => number;
      }
    | Exclude<SessionEnd, { kind: PumpEnd }>
  > {
    const { config, journal } = this.#parts;
    // A journal that cannot be read yet is no journal that is gone: a hello without an epoch would have its life closed.
    if (journal.epoch() === undefined && journal.health().storage === 'failed') return { kind: 'storageFailed' };
    const helloLast = this.#lastOf();
    const answer = await this.#hello();
    if (answer === 'late') return { kind: 'noWelcome' };
    if (answer === 'closed') return { kind: 'closed', reason: this.#closeReason };
    if (answer.type === 'refused') return refusal(answer);
    const devices = config.devices.map(({ declaration }) => declaration.deviceId);
    const welcomed = await this.#welcomed(answer, devices);
    if (welcomed === 'failed') return { kind: 'storageFailed' };
    this.#parts.onWelcome(welcomed === 'fresh');
    return journal.epoch() === undefined ? { kind: 'noWelcome' } : { kind: 'welcome', welcome: answer, helloLast };
  }

  #lastOf(): (stream: Stream, epoch: EpochNo) => number {
    const { journal } = this.#parts;
    const known = new Map(
      streams.flatMap((stream) => journal.states(stream).map(({ epoch, last }) => [`${stream}/${epoch}`, last])),
    );
    return (stream, epoch) => known.get(`${stream}/${epoch}`) ?? 0;
  }

  async #hello(): Promise<Answer> {
    const { clock } = this.#parts;
    const answer = new Promise<Answer>((resolve) => {
      this.#answer = resolve;
    });
    if (this.#ended.signal.aborted) return 'closed';
    this.#sayHello();
    const got = await within(clock, uplinkLimits.welcomeMs, answer, (): Answer => 'late');
    this.#answer = undefined;
    return got;
  }

  #sayHello(): void {
    const { clock, config } = this.#parts;
    const facts = this.#facts();
    for (let part = 1; part <= partsOf(config.devices); part++) this.#sendHello(helloOf(facts, part, clock.now()));
  }

  /** The collector asks whether this process lives: whoever says its hello again now does. Copies of one challenge are answered once. */
  #challenged(nonce: string): void {
    if (this.#challenge === nonce || this.#ended.signal.aborted) return;
    this.#challenge = nonce;
    if (this.#answer !== undefined) this.#sayHello();
  }

  #sendHello(hello: Hello): void {
    const closed = (): void => this.#answer?.('closed');
    this.#connection.publish(upTopic(this.#address, 'hello'), encode(hello)).then((result) => {
      if (!result.ok) closed();
    }, closed);
  }

  #facts(): HelloFacts {
    const { config, journal, instance, bootedAt } = this.#parts;
    const epoch = journal.epoch();
    return {
      instance,
      epoch: epoch === undefined ? null : { no: epoch.no, uuid: epoch.uuid },
      streams: this.#positions(),
      devices: config.devices.map(declared),
      versions: config.versions,
      bootedAt,
      answers: this.#challenge ?? null,
    };
  }

  #positions(): Readonly<Record<Stream, StreamPosition>> {
    const epoch = this.#parts.journal.epoch()?.no;
    const position = (stream: Stream): StreamPosition => {
      const state = this.#parts.journal.states(stream).find((each) => each.epoch === epoch);
      return { first: state?.first ?? 0, last: state?.last ?? 0, acked: state?.acked ?? 0 };
    };
    return { money: position('money'), event: position('event'), health: position('health') };
  }

  /** Takes over cursors and, when granted, begins the new life of the journal. Cursors first: with the epoch money begins to flow. */
  async #welcomed(welcome: Welcome, devices: readonly string[]): Promise<'fresh' | 'known' | 'failed'> {
    const { journal, cursors, commander, reporter, log } = this.#parts;
    commander.serverTime(welcome.serverTime);
    const present = journal.epoch()?.no;
    const fresh = present === undefined || welcome.epoch.no > present;
    if (!fresh && welcome.epoch.no < present) log.log('error', 'olderEpoch', { ours: present, theirs: welcome.epoch.no });
    const adopted = await cursors.welcome(devices, welcome.cursors, fresh);
    if (!adopted.ok) return 'failed';
    if (!fresh) return 'known';
    const opened = await journal.openEpoch(welcome.epoch.no, welcome.epoch.uuid);
    if (!opened.ok) return 'failed';
    if (present !== undefined)
      reporter.notice({ notice: 'newEpoch', detail: `epoch ${present} is followed by ${welcome.epoch.no}` });
    return 'fresh';
  }

  #received(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (!parsed.ok || parsed.value.way !== 'down' || payload.length > sessionLimits.messageBytes) return;
    const json = jsonOf(payload);
    this.#lastHeardAt = this.#parts.clock.now();
    this.#pump?.heard();
    if (parsed.value.kind === 'command') this.#command(json);
    else this.#ack(json);
  }

  #ack(json: unknown): void {
    const message = readShape(AckMessage, json);
    if (!message.success) {
      this.#parts.log.log('warn', 'badAck', { detail: message.error.issues[0]?.message });
      return;
    }
    this.#parts.commander.serverTime(message.data.serverTime);
    if (message.data.type === 'ack') this.#pump?.acked(message.data);
    else if (message.data.instance === this.#parts.instance) this.#told(message.data);
  }

  #told(message: Welcome | Refused | Challenge): void {
    if (message.type === 'challenge') return this.#challenged(message.nonce);
    this.#answer?.(message);
    if (message.type === 'refused') this.#refusedLate(message);
  }

  // The lease can be lost while batches flow: another instance took the identity.
  #refusedLate(refused: Refused): void {
    if (this.#pump === undefined) return;
    this.#refused = refused;
    this.#ended.abort();
  }

  #command(json: unknown): void {
    const command = readShape(Command, json);
    if (!command.success) {
      this.#parts.log.log('warn', 'badCommand', { detail: command.error.issues[0]?.message });
      return;
    }
    this.#reply(command.data).catch((error: unknown) =>
      this.#parts.log.log('error', 'commandBroke', { id: command.data.id, detail: String(error) }),
    );
  }

  // A reply that does not get through is asked for again: the collector sends its open commands after each hello.
  async #reply(command: Command): Promise<void> {
    const reply = await this.#parts.commander.handle(command);
    if (reply !== undefined && !this.#ended.signal.aborted)
      await this.#connection.publish(upTopic(this.#address, 'reply'), encode(reply));
  }
}

/** What the profile says of the device's numbers, and what it is reached through, is declared with it. */
const declared = ({ declaration, profile, parents }: AgentDevice): DeviceDeclaration => ({
  ...declaration,
  ...(isSparse(profile) ? { numbering: 'sparse' } : {}),
  ...(parents === undefined ? {} : { parents: parents.map((parent) => DeviceId.parse(parent)) }),
});

const refusal = ({ reason, retryAfterMs }: Refused): Extract<SessionEnd, { kind: 'refused' }> => ({
  kind: 'refused',
  reason,
  retryAfterMs,
});

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    return undefined;
  }
}
