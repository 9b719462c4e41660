/** One two-wire line: a master, slaves of any protocol and rate, byte times, collisions, and the faults that a slave's talk can have. */
import { type CancelTimer, type Clock, type Random, intBetween } from '@cardwatch/kernel';
import { type Rate, type WireSlave, charMsOf, sameRate } from './slave.ts';

export const wireLimits = { heardBytes: 1_024, talkersMax: 64 } as const;

/** Faults of a slave's talk; `delayMs` is for `lateReply`. */
export const talkFaults = [
  'silent',
  'lateReply',
  'garbage',
  'wrongChecksum',
  'wrongAddress',
  'halfFrame',
  'slowDrip',
  'echo',
  'babble',
] as const;
export type TalkFault = (typeof talkFaults)[number];

export interface WireParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly slaves: readonly WireSlave[];
  /** Byte times and thinking times are kept; else all happens at once. */
  readonly paced: boolean;
  /** Bytes to the master, and the rate at which they came over the wire. */
  send(bytes: Uint8Array, rate: Rate): void;
}

export interface WireCounts {
  requests: number;
  replies: number;
  /** Bytes that a slave heard at another rate than its own. */
  garbledBytes: number;
  collisions: number;
  /** Time during which bytes were on the wire, ms. */
  byteMs: number;
}

/** Silence after which what was heard is over, ms. */
const quietMs = 60;
const babbleEveryMs = 700;

export class Wire {
  readonly counts: WireCounts = { requests: 0, replies: 0, garbledBytes: 0, collisions: 0, byteMs: 0 };
  readonly #parts: WireParts;
  readonly #faults = new Map<string, Map<TalkFault, number>>();
  readonly #babblers = new Map<string, CancelTimer>();
  readonly #talking = new Set<symbol>();
  #heard = new Uint8Array(0);
  #heardAt: Rate | undefined;
  #cancelQuiet: CancelTimer = () => {};
  #masterUntilMs = 0;
  #closed = false;

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  /** The master sends. `rate` undefined: a serial server that follows every rate by itself. */
  hear(bytes: Uint8Array, rate: Rate | undefined): void {
    if (this.#closed) return;
    const { clock, paced } = this.#parts;
    const collided = this.#talking.size > 0;
    if (collided) this.counts.collisions++;
    const heard = collided ? this.#noise(bytes.length) : bytes;
    if (rate !== undefined && this.#heardAt !== undefined && !sameRate(rate, this.#heardAt)) this.#heard = new Uint8Array(0);
    this.#heardAt = rate;
    const joinedLength = Math.min(wireLimits.heardBytes, this.#heard.length + heard.length);
    const joined = Uint8Array.of(...this.#heard, ...heard);
    this.#heard = joined.slice(joined.length - joinedLength);
    this.#cancelQuiet();
    this.#cancelQuiet = clock.after(quietMs, () => {
      this.#heard = new Uint8Array(0);
    });
    for (const slave of this.#parts.slaves) {
      if (rate !== undefined && !sameRate(rate, slave.rate)) {
        this.counts.garbledBytes += bytes.length;
        continue;
      }
      const reply = slave.answer(this.#heard, clock.now());
      if (reply === undefined) continue;
      const request = this.#heard;
      this.#heard = new Uint8Array(0);
      this.counts.requests++;
      const wireMs = paced ? charMsOf(slave.rate) * request.length : 0;
      this.counts.byteMs += wireMs;
      this.#masterUntilMs = clock.mono() + wireMs;
      this.#after(wireMs + (paced ? slave.thinkMs : 0), () => this.#reply(slave, request, reply));
      return;
    }
  }

  strike(deviceId: string, type: TalkFault, delayMs: number | undefined): void {
    const faults = this.#faults.get(deviceId) ?? new Map<TalkFault, number>();
    faults.set(type, delayMs ?? 1_500);
    this.#faults.set(deviceId, faults);
    const slave = this.#parts.slaves.find((each) => each.deviceId === deviceId);
    if (type === 'babble' && slave !== undefined) this.#babble(slave);
  }

  heal(deviceId: string, type: TalkFault): void {
    this.#faults.get(deviceId)?.delete(type);
    if (type !== 'babble') return;
    this.#babblers.get(deviceId)?.();
    this.#babblers.delete(deviceId);
  }

  close(): void {
    this.#closed = true;
    this.#cancelQuiet();
    for (const cancel of this.#babblers.values()) cancel();
    this.#babblers.clear();
  }

  #reply(slave: WireSlave, request: Uint8Array, reply: Uint8Array): void {
    const faults = this.#faults.get(slave.deviceId) ?? new Map<TalkFault, number>();
    if (faults.has('silent') || reply.length === 0) return;
    const late = faults.get('lateReply');
    const bytes = this.#spoilt(slave, request, reply, faults);
    const talk = (): void => this.#talk(slave.rate, bytes, faults.has('slowDrip') ? 40 : 0);
    if (late === undefined) talk();
    else this.#after(late, talk);
  }

  #spoilt(slave: WireSlave, request: Uint8Array, reply: Uint8Array, faults: ReadonlyMap<TalkFault, number>): Uint8Array {
    if (faults.has('garbage')) return this.#noise(reply.length);
    if (faults.has('wrongChecksum')) return reply.with(reply.length - 3, (reply[reply.length - 3] ?? 0) ^ 0x5a);
    if (faults.has('wrongAddress')) return slave.readdressed(reply);
    if (faults.has('halfFrame')) return reply.slice(0, reply.length >> 1);
    return faults.has('echo') ? Uint8Array.of(...request, ...reply) : reply;
  }

  /** A slave drives the line: two at once make garbage of both. */
  #talk(rate: Rate, bytes: Uint8Array, dripMs: number): void {
    if (this.#closed || this.#talking.size >= wireLimits.talkersMax) return;
    this.counts.replies++;
    const talker = Symbol('talker');
    this.#talking.add(talker);
    const byteMs = Math.max(dripMs, this.#parts.paced ? charMsOf(rate) : 0);
    const slice = byteMs === 0 ? bytes.length : dripMs > 0 ? 1 : Math.max(1, Math.round(10 / byteMs));
    this.#slices(talker, { rate, bytes, byteMs, slice, begunMs: this.#parts.clock.mono() }, 0);
  }

  #slices(
    talker: symbol,
    talk: {
      readonly rate: Rate;
      readonly bytes: Uint8Array;
      readonly byteMs: number;
      readonly slice: number;
      readonly begunMs: number;
    },
    sent: number,
  ): void {
    const { clock } = this.#parts;
    const upto = Math.min(talk.bytes.length, sent + talk.slice);
    const put = (): void => {
      const collided = this.#talking.size > 1 || this.#masterUntilMs > clock.mono();
      if (collided) this.counts.collisions++;
      const part = talk.bytes.slice(sent, upto);
      this.counts.byteMs += talk.byteMs * part.length;
      this.#parts.send(collided ? this.#noise(part.length) : part, talk.rate);
      if (upto < talk.bytes.length) this.#slices(talker, talk, upto);
      else this.#talking.delete(talker);
    };
    if (talk.byteMs === 0) put();
    else this.#after(talk.begunMs + talk.byteMs * upto - clock.mono(), put);
  }

  #babble(slave: WireSlave): void {
    this.#babblers.get(slave.deviceId)?.();
    const again = (): void => {
      this.#talk(slave.rate, this.#noise(intBetween(this.#parts.random, 1, 12)), 0);
      this.#babble(slave);
    };
    this.#babblers.set(slave.deviceId, this.#parts.clock.after(babbleEveryMs * (0.5 + this.#parts.random.next()), again));
  }

  #noise(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => intBetween(this.#parts.random, 0, 255));
  }

  #after(delayMs: number, then: () => void): void {
    if (delayMs <= 0) return then();
    this.#parts.clock.after(delayMs, () => {
      if (!this.#closed) then();
    });
  }
}
