/**
 * The arbiter of one half-duplex line. Promises:
 *
 * - One request on the wire at a time, at most `lineLimits.queueMax` waiting, in the order they came; stations that rest are passed over.
 * - Each request settles before its deadline, queue time included; nothing is pending after `close`.
 * - Before each send the line was quiet for one gap; what came in meanwhile is dropped and counted, so a late reply answers nobody.
 * - A frame of another slave leaves the timer of the running request as it is.
 * - While many stations fall silent at once nothing is repeated, and a known station gets the time that it needs: see `quiet.ts`.
 * - A lost stream fails the running request and is opened again with jittered back-off; waiting requests wait as long as they can.
 */
import { type CancelTimer, type Result, err, toHex } from '@cardwatch/kernel';
import type { ByteStream, DriverFailure, LineCounters } from '../contract.ts';
import { type Job, makeJob } from './job.ts';
import { Quiet } from './quiet.ts';
import { RxBuffer } from './rx-buffer.ts';
import { type KeeperPorts, StreamKeeper } from './stream-keeper.ts';
import { type Reply, type Sightings, type Transaction, lineLimits } from './transaction.ts';

interface Flight {
  readonly job: Job;
  readonly sentAtMs: number;
  readonly end: () => void;
  cancelTimer: CancelTimer;
  heard: boolean;
  /** From the first byte sent, ms. */
  firstByteMs: number | undefined;
  /** Head of a frame that was ours but for its checksum. */
  damagedHex: string | undefined;
}

interface Resting {
  readonly job: Job;
  readonly sentAtMs: number;
  readonly untilMs: number;
}

const requestMs = ({ request, settings }: Job): number => request.length * settings.charMs;

export class Line {
  readonly counters: LineCounters;
  readonly #ports: KeeperPorts;
  readonly #keeper: StreamKeeper;
  readonly #rx = new RxBuffer();
  readonly #queue: Job[] = [];
  readonly #quiet = new Quiet();
  /** Stations that owe a late reply, by name. */
  readonly #resting = new Map<string, Resting>();
  #flight: Flight | undefined;
  #running = false;
  #working: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;
  #activeAtMs: number;
  #echoing = false;
  #silent = 0;
  #reopenedAtMs = Number.NEGATIVE_INFINITY;
  #number = 0;
  #closed = false;

  constructor(name: string, ports: KeeperPorts) {
    this.#ports = ports;
    this.#activeAtMs = ports.clock.mono();
    this.counters = newCounters(name);
    this.#keeper = new StreamKeeper(ports, {
      data: (bytes) => this.#received(bytes),
      lost: (reason) => this.#lost(reason),
    });
  }

  /** A fresh number for protocols that number their requests. */
  nextNumber(): number {
    this.#number++;
    return this.#number;
  }

  /** Queues a transaction. `unreachable` when the line could not serve it in time, `timeout` or `malformed` when the station did not. */
  run<T>(transaction: Transaction<T>, signal?: AbortSignal): Promise<Result<Reply<T>, DriverFailure>> {
    if (this.#closed || signal?.aborted === true) return Promise.resolve(err({ kind: 'closed' }));
    if (this.#queue.length >= lineLimits.queueMax)
      return Promise.resolve(err({ kind: 'unreachable', detail: `${lineLimits.queueMax} requests wait for the line` }));
    return new Promise((resolve) => {
      const abort = (): void => job.fail({ kind: 'closed' });
      const job: Job = makeJob(transaction, this.#ports.clock.mono(), (result) => {
        cancel();
        signal?.removeEventListener('abort', abort);
        resolve(result);
      });
      const cancel = this.#ports.clock.after(transaction.deadlineMs, () => this.#expired(job));
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(job);
      this.#wake?.();
      if (!this.#running) this.#working = this.#work();
    });
  }

  /** Fails whatever is pending with `closed`. May be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.fail({ kind: 'closed' });
    this.#flight?.job.fail({ kind: 'closed' });
    this.#land();
    this.#keeper.close();
    this.#wake?.();
    await this.#working;
  }

  async #work(): Promise<void> {
    this.#running = true;
    while (!this.#closed) {
      this.#forgetSettled();
      if (this.#queue.length === 0) break;
      const job = this.#next();
      if (job === undefined) await this.#pause(this.#restLeftMs());
      else await this.#serve(job);
    }
    this.#running = false;
  }

  /** One step towards serving a job: wait, open or exchange. The queue is looked at again after each. */
  async #serve(job: Job): Promise<void> {
    const now = this.#ports.clock.mono();
    if (now + job.budgetMs > job.deadlineAtMs) return this.#expired(job);
    const stream = this.#keeper.stream(job.settings);
    if (stream === undefined) return this.#open(job);
    const quietInMs = this.#activeAtMs + job.settings.gapMs - now;
    if (quietInMs > 0) return this.#pause(quietInMs);
    this.#queue.splice(this.#queue.indexOf(job), 1);
    await this.#exchange(job, stream);
  }

  async #open(job: Job): Promise<void> {
    const waitMs = this.#keeper.waitMs();
    if (waitMs > 0) {
      if (this.#ports.clock.mono() + waitMs + job.budgetMs <= job.deadlineAtMs) return this.#pause(waitMs);
      job.fail({ kind: 'unreachable', detail: 'the line is down, its next attempt comes too late for this request' });
      return;
    }
    this.counters.noiseBytes += this.#rx.clear();
    if (this.#keeper.isOpen) return this.#retune(job);
    const opened = await this.#keeper.open(job.settings);
    this.#activeAtMs = this.#ports.clock.mono();
    this.#silent = 0;
    this.#echoing = false;
    if (!opened.ok) job.fail(opened.error);
  }

  /** Another rate on the same wire: set in the open port where that goes, else closed and opened. The quiet gap after it is the new rate's. */
  async #retune(job: Job): Promise<void> {
    const { clock } = this.#ports;
    const startedMs = clock.mono();
    const opened = (await this.#keeper.retune(job.settings)) ? undefined : await this.#keeper.open(job.settings);
    this.#activeAtMs = clock.mono();
    this.counters.retunes = (this.counters.retunes ?? 0) + 1;
    this.counters.retuneMs = (this.counters.retuneMs ?? 0) + clock.mono() - startedMs;
    if (opened !== undefined && !opened.ok) job.fail(opened.error);
  }

  async #exchange(job: Job, stream: ByteStream): Promise<void> {
    const { clock } = this.#ports;
    if (job.settings.framing === 'wire') this.counters.noiseBytes += this.#rx.clear();
    this.counters.requests++;
    job.trace('sent', job.request, clock.now());
    const sentAtMs = clock.mono();
    this.#activeAtMs = sentAtMs + job.request.length * job.settings.charMs;
    const landed = new Promise<void>((end) => {
      const time = { requestMs: requestMs(job), budgetMs: job.budgetMs };
      const { firstByteMs, wholeMs } = this.#quiet.hurry(job.station, time, sentAtMs);
      const open = { heard: false, firstByteMs: undefined, damagedHex: undefined };
      const flight: Flight = { job, sentAtMs, end, cancelTimer: () => {}, ...open };
      flight.cancelTimer = clock.after(firstByteMs, () => this.#waited(flight, wholeMs - firstByteMs));
      this.#flight = flight;
    });
    void this.#write(job, stream);
    await landed;
    this.counters.busyMs += clock.mono() - sentAtMs;
  }

  /** Not waited for: a write that hangs must not outlive the timer of its request. */
  async #write(job: Job, stream: ByteStream): Promise<void> {
    const written = await stream.write(job.request);
    if (written.ok || this.#flight?.job !== job) return;
    job.fail(written.error);
    this.#keeper.lose('write failed');
  }

  #received(bytes: Uint8Array): void {
    this.#activeAtMs = Math.max(this.#activeAtMs, this.#ports.clock.mono());
    this.counters.noiseBytes += this.#rx.append(bytes);
    this.#flight?.job.trace('received', bytes, this.#ports.clock.now());
    if (this.#flight === undefined) this.#overhear();
    else this.#offer(this.#flight, false);
  }

  #offer(flight: Flight, last: boolean): 'wait' | 'done' {
    const rttMs = this.#ports.clock.mono() - flight.sentAtMs;
    flight.heard = true;
    flight.firstByteMs ??= rttMs;
    const { used, seen, outcome } = flight.job.offer(this.#rx.bytes, { last, echoing: this.#echoing }, rttMs);
    if (seen.wrongSlave > 0) this.#answersLate();
    if (seen.crcErrors > 0) flight.damagedHex ??= toHex(this.#rx.bytes.subarray(0, 16));
    this.#rx.drop(used);
    this.#count(seen);
    if (seen.echoes > 0) {
      this.#echoing = true;
      flight.firstByteMs = undefined;
    }
    if (outcome.kind === 'broken') {
      flight.job.fail(outcome.failure);
      this.#keeper.lose('out of step');
      return 'done';
    }
    if (outcome.kind === 'wait') return 'wait';
    this.counters.replies++;
    this.#silent = 0;
    const turnaroundMs = Math.max(0, (flight.firstByteMs ?? rttMs) - requestMs(flight.job));
    const times = { turnaroundMs, rttMs };
    this.#quiet.answered(flight.job.station, times, this.#ports.clock.mono());
    this.#keeper.proven();
    this.#land();
    return 'done';
  }

  /** Nobody waits: a reply that a resting station owed ends its rest, all else is noise. */
  #overhear(): void {
    const found = this.#answersLate();
    if (found === undefined) return;
    this.counters.lateFrames++;
    this.#count(found.seen);
    this.#rx.drop(found.used);
  }

  /** A station that was given up on answers after all: it lives, and its rest ends. */
  #answersLate(): { readonly used: number; readonly seen: Sightings } | undefined {
    const now = this.#ports.clock.mono();
    for (const [station, { job, sentAtMs }] of this.#resting) {
      const { used, seen, outcome } = job.offer(this.#rx.bytes, { last: false, echoing: this.#echoing }, 0);
      if (outcome.kind !== 'done') continue;
      this.#resting.delete(station);
      // later than it may ever be is as good as never
      if (now - sentAtMs <= job.budgetMs) this.#quiet.late(station, Math.max(0, now - sentAtMs - requestMs(job)), now);
      return { used, seen };
    }
    return undefined;
  }

  /** Nothing came yet: the time is up. Something did: it gets the rest of its time. */
  #waited(flight: Flight, restMs: number): void {
    if (this.#flight !== flight) return;
    if (flight.heard && restMs > 0) flight.cancelTimer = this.#ports.clock.after(restMs, () => this.#timedOut(flight));
    else this.#timedOut(flight);
  }

  #timedOut(flight: Flight): void {
    if (this.#flight !== flight) return;
    if (this.#rx.length > 0 && this.#offer(flight, true) === 'done') return;
    const { job } = flight;
    const afterMs = Math.round(this.#ports.clock.mono() - flight.sentAtMs);
    this.counters.timeouts++;
    const now = this.#ports.clock.mono();
    if (flight.damagedHex === undefined) job.fail({ kind: 'timeout', afterMs, ...this.#quiet.unanswered(job.station, now) });
    else {
      this.#quiet.alive(job.station, now);
      job.fail({ kind: 'malformed', detail: 'wrong checksum and no other reply', frameHex: flight.damagedHex });
    }
    if (job.restMs > 0) this.#resting.set(job.station, { job, sentAtMs: flight.sentAtMs, untilMs: now + job.restMs });
    if (job.settings.framing === 'stream' && this.#rx.length > 0) this.#keeper.lose('half a frame');
    this.#countSilence(flight);
    this.#land();
  }

  #countSilence(flight: Flight): void {
    this.#silent = flight.heard ? 0 : this.#silent + 1;
    const limit = flight.job.settings.reopenAfterSilent;
    if (limit === undefined || this.#silent < limit) return;
    // A bus that is dead behind a server that lives would be opened anew with every few requests.
    const now = this.#ports.clock.mono();
    if (now - this.#reopenedAtMs < lineLimits.reopenSilentMs) return;
    this.#reopenedAtMs = now;
    this.#keeper.loseSilent(`${this.#silent} requests without a byte`);
  }

  #lost(reason: string): void {
    this.counters.noiseBytes += this.#rx.clear();
    this.#resting.clear();
    this.#flight?.job.fail({ kind: 'unreachable', detail: reason });
    this.#land();
  }

  /** Ends the exchange that runs, whatever became of it. */
  #land(): void {
    const flight = this.#flight;
    this.#flight = undefined;
    flight?.cancelTimer();
    flight?.end();
  }

  /** The oldest request whose station does not rest. */
  #next(): Job | undefined {
    const now = this.#ports.clock.mono();
    for (const [station, { untilMs }] of this.#resting) if (untilMs <= now) this.#resting.delete(station);
    return this.#queue.find((job) => !this.#resting.has(job.station));
  }

  #restLeftMs(): number {
    const ends = [...this.#resting.values()].map(({ untilMs }) => untilMs);
    return Math.max(0, Math.min(...ends) - this.#ports.clock.mono());
  }

  /** Out of time while waiting for the line: the station was never asked and is not to blame. */
  #expired(job: Job): void {
    if (this.#flight?.job === job) return;
    const waitedMs = Math.round(this.#ports.clock.mono() - job.queuedAtMs);
    job.fail({ kind: 'unreachable', detail: `waited ${waitedMs} ms for the line` });
  }

  #forgetSettled(): void {
    const waiting = this.#queue.filter((job) => !job.settled);
    this.#queue.splice(0, this.#queue.length, ...waiting);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.after(ms, () => this.#wake?.());
      this.#wake = () => {
        cancel();
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #count(seen: Sightings): void {
    if (seen.crcErrors + seen.wrongSlave + seen.lateFrames > 0) this.#quiet.heard();
    this.counters.noiseBytes += seen.noiseBytes;
    this.counters.crcErrors += seen.crcErrors;
    this.counters.wrongSlave += seen.wrongSlave;
    this.counters.lateFrames += seen.lateFrames;
  }
}

const newCounters = (line: string): LineCounters => ({
  line,
  requests: 0,
  replies: 0,
  timeouts: 0,
  crcErrors: 0,
  noiseBytes: 0,
  lateFrames: 0,
  wrongSlave: 0,
  busyMs: 0,
});
