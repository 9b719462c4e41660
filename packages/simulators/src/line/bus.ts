import { assert, type Clock, type Random } from '@cardwatch/kernel';
import type { Moment } from '../device/moment.ts';
import type { Shower } from '../device/shower.ts';
import type { FaultDesk, Fault } from '../faults/desk.ts';
import { answerPdu, exceptionCodes, exceptionPdu } from '../modbus/pdu.core.ts';

/** A complete request that reached the bus. */
export interface BusRequest {
  readonly framing: 'rtu' | 'mbap';
  readonly unit: number;
  readonly pdu: Uint8Array;
  /** The request as it stood on the wire. */
  readonly bytes: Uint8Array;
  /** Puts a reply PDU into the framing of this request. */
  wrap(unit: number, pdu: Uint8Array): Uint8Array;
  send(bytes: Uint8Array): void;
}

export interface BusTiming {
  /** Time of one character; 0 = as fast as it goes. */
  readonly byteMs: number;
  /** Time a slave thinks. */
  readonly thinkMs: number;
  /** Send a reply in slices of this many bytes, as they come off a serial line; 0 = whole, as serial servers do. */
  readonly sliceBytes: number;
}

export interface BusCounts {
  requests: number;
  replies: number;
  dropped: number;
  crcErrors: number;
  noiseBytes: number;
  /** Time during which the wire carried a request, a reply or a pause of a slave. */
  busyMs: number;
}

export interface BusParts {
  readonly name: string;
  readonly slaves: readonly Shower[];
  readonly timing: BusTiming;
  readonly clock: Clock;
  readonly random: Random;
  readonly desk: FaultDesk;
  moment(): Moment;
}

/** Requests that may wait on one bus; the ones beyond are lost as on a real line. */
export const busQueueMax = 32;
/** 3.5 characters of silence, serial-line guide V1.02 section 2.5.1.1. */
const gapCharacters = 3.5;

/** Character time of a line with 11 bits a character. */
export const timingOf = (baudRate: number, paced: boolean, sliced: boolean): BusTiming => {
  const byteMs = paced ? 11_000 / baudRate : 0;
  return { byteMs, thinkMs: paced ? 6 : 0, sliceBytes: sliced && paced ? Math.max(1, Math.round(10 / byteMs)) : 0 };
};

/** A two-wire bus with its slaves: one request at a time, in order of arrival. */
export class Bus {
  readonly counts: BusCounts = { requests: 0, replies: 0, dropped: 0, crcErrors: 0, noiseBytes: 0, busyMs: 0 };
  readonly #parts: BusParts;
  readonly #slaves: ReadonlyMap<number, Shower>;
  readonly #queue: BusRequest[] = [];
  #busy = false;
  #closed = false;

  constructor(parts: BusParts) {
    this.#parts = parts;
    this.#slaves = new Map(parts.slaves.map((slave) => [slave.unit, slave]));
    assert(this.#slaves.size === parts.slaves.length, `units of ${parts.name} differ`);
  }

  submit(request: BusRequest): void {
    if (this.#closed || this.#queue.length >= busQueueMax) {
      this.counts.dropped++;
      return;
    }
    this.#queue.push(request);
    if (!this.#busy) this.#serve();
  }

  /** What the slaves heard that was no frame. */
  heardNoise(noiseBytes: number, crcErrors: number): void {
    this.counts.noiseBytes += noiseBytes;
    this.counts.crcErrors += crcErrors;
    if (crcErrors > 0) for (const slave of this.#slaves.values()) slave.countCrcErrors(crcErrors);
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
  }

  #serve(): void {
    for (let request = this.#queue.shift(); request !== undefined && !this.#closed; request = this.#queue.shift()) {
      const { byteMs, thinkMs } = this.#parts.timing;
      this.counts.requests++;
      if (byteMs > 0) {
        const taken = request;
        this.#busy = true;
        this.#pass(byteMs * (request.pdu.byteLength + 3 + gapCharacters) + thinkMs, () => this.#perform(taken));
        return;
      }
      this.#perform(request);
    }
  }

  #pass(delayMs: number, then: () => void): void {
    this.counts.busyMs += delayMs;
    this.#parts.clock.after(delayMs, () => {
      if (!this.#closed) then();
    });
  }

  #perform(request: BusRequest): void {
    const at = this.#parts.moment();
    if (request.unit === 0 && request.framing === 'rtu') {
      for (const slave of this.#slaves.values()) answerPdu(slave, request.pdu, at);
      this.#finish();
      return;
    }
    const slave = this.#slaves.get(request.unit);
    const fault = slave === undefined ? undefined : this.#parts.desk.of(slave.deviceId);
    if (slave === undefined || fault?.order.type === 'silent' || fault?.order.type === 'reboot') this.#noReply(request, slave);
    else if (request.framing === 'mbap' && this.#parts.desk.floods(this.#parts.name)) this.#gatewayGivesUp(request);
    else this.#reply(request, answerPdu(slave, request.pdu, at), fault);
  }

  /** A unit that nobody has: a gateway says so, a bus stays silent. A slave that is silent on purpose never answers at all. */
  #noReply(request: BusRequest, slave: Shower | undefined): void {
    if (slave === undefined && request.framing === 'mbap') this.#gatewayGivesUp(request);
    else this.#finish();
  }

  #gatewayGivesUp(request: BusRequest): void {
    this.#send(request, request.wrap(request.unit, exceptionPdu(request.pdu[0] ?? 0, exceptionCodes.targetSilent)));
  }

  #reply(request: BusRequest, pdu: Uint8Array, fault: Fault | undefined): void {
    const right = request.wrap(request.unit, pdu);
    switch (fault?.order.type) {
      case 'lateReply':
        this.#parts.clock.after(fault.order.delayMs ?? 1_500, () => {
          if (!this.#closed) request.send(right);
        });
        this.#finish();
        return;
      case 'garbage':
        this.#send(
          request,
          request.framing === 'rtu' ? this.noise(right.byteLength) : request.wrap(request.unit, this.noise(pdu.length)),
        );
        return;
      case 'wrongCrc':
        if (request.framing === 'mbap') this.#gatewayGivesUp(request);
        else this.#send(request, right.with(-1, (right.at(-1) ?? 0) ^ 0x5a));
        return;
      case 'wrongSlave':
        this.#send(request, request.wrap((request.unit % 247) + 1, pdu));
        return;
      case 'echo':
        this.#send(request, Uint8Array.from([...request.bytes, ...right]));
        return;
      default:
        this.#send(request, right);
    }
  }

  noise(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.#parts.random.next() * 256));
  }

  #send(request: BusRequest, bytes: Uint8Array): void {
    const { byteMs, sliceBytes } = this.#parts.timing;
    this.counts.replies++;
    if (byteMs === 0) {
      request.send(bytes);
      this.#finish();
      return;
    }
    const slice = sliceBytes === 0 ? bytes.byteLength : sliceBytes;
    this.#sendSlice(request, bytes, { slice, sent: 0, begunMs: this.#parts.clock.mono() });
  }

  #sendSlice(
    request: BusRequest,
    bytes: Uint8Array,
    progress: { readonly slice: number; readonly sent: number; readonly begunMs: number },
  ): void {
    const { byteMs } = this.#parts.timing;
    const upto = Math.min(bytes.byteLength, progress.sent + progress.slice);
    const dueMs = progress.begunMs + byteMs * upto;
    this.counts.busyMs += byteMs * (upto - progress.sent);
    this.#parts.clock.after(dueMs - this.#parts.clock.mono(), () => {
      if (this.#closed) return;
      request.send(bytes.subarray(progress.sent, upto));
      if (upto === bytes.byteLength) this.#finish();
      else this.#sendSlice(request, bytes, { ...progress, sent: upto });
    });
  }

  #finish(): void {
    if (this.#parts.timing.byteMs === 0) return;
    this.#busy = false;
    this.#serve();
  }
}
