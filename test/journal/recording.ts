/** Recorded runs of a journal: every change that its disk took, and what it had promised when. */
import type { Hasher, JournalLimits } from '@cardwatch/agent/journal';
import { EpochNo, type Stream, streams } from '@cardwatch/contracts';
import { chance, intBetween, pick, SeededRandom } from '@cardwatch/kernel';
import { epoch1, epoch2, hasher, line, lines, pass, quickHasher, type Rig, rig, textOf, uuid1, uuid2 } from './harness.ts';
import type { Trace } from './images.ts';
import { MemoryDisk } from './memory-disk.ts';

export interface Sent {
  readonly stream: Stream;
  readonly epoch: number;
  readonly seq: number;
  readonly text: string;
  /** Changes of the disk after which it was confirmed. */
  readonly confirmedAt: number;
}

/** Acknowledged from change `at` on. */
export interface Acked {
  readonly stream: Stream;
  readonly epoch: number;
  readonly upto: number;
  readonly at: number;
}

export interface Setting {
  readonly limits: Partial<JournalLimits>;
  readonly budgetBytes?: number;
  readonly hasher: Hasher;
}

export interface Recording extends Trace {
  readonly setting: Setting;
  readonly sent: readonly Sent[];
  readonly acked: readonly Acked[];
  /** Everything that was ever handed in, confirmed or refused, with its stream. */
  readonly handedIn: ReadonlyMap<string, Stream>;
  readonly epochs: readonly EpochNo[];
}

/** A run under way. */
class Recorder {
  readonly disk = new MemoryDisk();
  readonly sent: Sent[] = [];
  readonly acked: Acked[] = [];
  readonly handedIn = new Map<string, Stream>();
  readonly epochs: EpochNo[] = [];
  readonly setting: Setting;
  #rig: Rig | undefined;
  #made = 0;

  constructor(setting: Setting) {
    this.setting = setting;
  }

  get rig(): Rig {
    if (this.#rig === undefined) throw new Error('not started');
    return this.#rig;
  }

  /** A process start on what stands there; the one before it is simply forgotten, as after a kill. */
  async start(): Promise<void> {
    const clock = this.#rig?.clock;
    this.disk.record = true;
    this.#rig = await rig({ disk: this.disk, epoch: false, ...this.setting, ...(clock === undefined ? {} : { clock }) });
  }

  async openEpoch(no: EpochNo, uuid: string): Promise<void> {
    if ((await this.rig.journal.openEpoch(no, uuid)).ok) this.epochs.push(no);
  }

  async send(stream: Stream, batch: readonly Uint8Array[]): Promise<void> {
    const { journal, clock } = this.rig;
    for (const one of batch) this.handedIn.set(textOf(one), stream);
    const epoch = journal.epoch()?.no;
    const appended = await journal.append(stream, batch);
    if (!appended.ok || epoch === undefined) return;
    // Health is promised once it is durable: what a failing disk did not take is given up, and its numbers go to the next lines.
    if (stream === 'health') {
      await pass(clock, 16_000);
      const durable = journal.states('health').find((state) => state.epoch === epoch)?.last ?? 0;
      if (durable < appended.value.lastSeq) return;
    }
    for (const [index, one] of batch.entries())
      this.sent.push({
        stream,
        epoch,
        seq: appended.value.firstSeq + index,
        text: textOf(one),
        confirmedAt: this.disk.changes.length,
      });
  }

  async acknowledge(stream: Stream, epoch: EpochNo, upto: number): Promise<void> {
    this.acked.push({ stream, epoch, upto, at: this.disk.changes.length });
    await this.rig.journal.acknowledge(stream, epoch, upto);
  }

  nextLines(count: number): Uint8Array[] {
    const from = this.#made + 1;
    this.#made += count;
    return lines(from, this.#made);
  }

  nextLine(length: number): Uint8Array {
    return line(`{"n":${++this.#made},"v":"${'y'.repeat(length)}"}`);
  }

  recording(): Recording {
    const { disk, setting, sent, acked, handedIn, epochs } = this;
    const changes = [...disk.changes];
    disk.record = false;
    return { base: new MemoryDisk(), changes, setting, sent, acked, handedIn, epochs };
  }
}

const noneRetained = { money: 0, event: 0, health: 0 };

/** Two epochs, three streams, several segments, an acknowledgement with its reclaim. */
export async function recordRun(): Promise<Recording> {
  const recorder = new Recorder({ limits: { segmentBytes: 2_048, retainAckedBytes: noneRetained }, hasher });
  const send = (stream: Stream, count: number): Promise<void> => recorder.send(stream, recorder.nextLines(count));
  await recorder.start();
  await recorder.openEpoch(epoch1, uuid1);
  for (const count of [1, 3, 20, 2, 15]) await send('money', count);
  await send('event', 4);
  await send('health', 5);
  await recorder.acknowledge('money', epoch1, 30);
  await pass(recorder.rig.clock, 6_000);
  await send('money', 6);
  await recorder.openEpoch(epoch2, uuid2);
  for (const count of [2, 25, 1]) await send('money', count);
  return recorder.recording();
}

/** A run that a seed makes up: appends, acknowledgements, epochs, kills, a disk that fails, writes short, or is small. */
export async function recordAnyRun(seed: number): Promise<Recording> {
  const random = new SeededRandom(seed);
  const retained = chance(random, 0.5) ? 0 : 4_096;
  const small = chance(random, 0.3);
  const limits = {
    segmentBytes: 1_024 * intBetween(random, 1, 6),
    retainAckedBytes: { money: retained, event: retained, health: 0 },
    ballastShare: small ? 0.1 : 0,
  };
  const recorder = new Recorder({
    limits,
    hasher: quickHasher,
    ...(small ? { budgetBytes: intBetween(random, 24, 64) * 1_024 } : {}),
  });
  await recorder.start();
  await recorder.openEpoch(epoch1, uuid1);
  for (let left = intBetween(random, 8, 24); left > 0; left--) await anyStep(recorder, random);
  recorder.disk.fault = undefined;
  return recorder.recording();
}

async function anyStep(recorder: Recorder, random: SeededRandom): Promise<void> {
  const { disk, rig: running } = recorder;
  const lottery = random.next();
  disk.fault = undefined;
  disk.writeLimit = Number.POSITIVE_INFINITY;
  if (lottery < 0.1) await acknowledgeAny(recorder, random);
  else if (lottery < 0.16) {
    const no = EpochNo.parse(Math.max(0, ...recorder.epochs) + 1);
    await recorder.openEpoch(no, `018f4d2e-0000-7000-8000-00000000000${no % 10}`);
  } else if (lottery < 0.22) await recorder.start();
  else if (lottery < 0.3) await pass(running.clock, intBetween(random, 1_000, 20_000));
  if (chance(random, 0.15))
    disk.fault = (op) =>
      (op === 'sync' || op === 'write') && chance(random, 0.3) ? { kind: 'io', detail: 'simulated' } : undefined;
  if (chance(random, 0.1)) disk.writeLimit = intBetween(random, 7, 200);
  const stream = pick(random, ['money', 'money', 'money', 'event', 'health'] as const);
  const count = intBetween(random, 1, 14);
  const long = chance(random, 0.1);
  await recorder.send(stream, long ? [recorder.nextLine(intBetween(random, 400, 1_500))] : recorder.nextLines(count));
  if (running.journal.health().storage !== 'failed') return;
  disk.fault = undefined;
  await pass(recorder.rig.clock, 5_000);
}

async function acknowledgeAny(recorder: Recorder, random: SeededRandom): Promise<void> {
  const { journal, clock } = recorder.rig;
  const stream = pick(random, streams);
  const states = journal.states(stream);
  if (states.length === 0) return;
  const { epoch, acked, last } = pick(random, states);
  await recorder.acknowledge(stream, epoch, intBetween(random, acked, last));
  if (chance(random, 0.6)) await pass(clock, 6_000);
}
