/** One agent machine: its card, its process, and a supervisor that starts the process again whenever it died. */
import { zstdDecompressSync } from 'node:zlib';
import {
  type AgentConfig,
  type AgentDevice,
  type AgentPorts,
  createAgent,
  type Link,
  type LinkConnection,
} from '@cardwatch/agent';
import { type Journal, type JournalOptions, openJournal } from '@cardwatch/agent/journal';
import { AgentId, DeviceId, isZstd, type SiteId, splitBatch, upTopic } from '@cardwatch/contracts';
import { err, type Logger, ok, type SeededRandom } from '@cardwatch/kernel';
import { compressSome, CursorShelf, hasher, instanceIdOf, simulatedCrypto } from './agent-ports.ts';
import { Attention, InFlight } from '../check/bounds.ts';
import { OwnJournal } from '../check/custody-watch.ts';
import type { Campus } from './campus.ts';
import { VirtualDisk } from './disk.ts';
import { Drift } from './drift.ts';
import { Life } from './life.ts';
import { simulatedShower } from './profile.ts';
import { openSession, type SessionTimings } from './session.ts';
import type { Terminal } from './terminal.ts';

const mebi = 1024 * 1024;

/** As the simulated terminals have them on their cards (terminal.ts). A hash may look like one: it counts when there is such a card. */
const cardNumber = /(?=(2023\d{12}))/g;

export interface AgentSideOptions {
  readonly site: SiteId;
  readonly id: string;
  readonly terminals: readonly Terminal[];
  readonly terminalsPerLine: number;
  readonly timings: SessionTimings;
  /** Chance that a port call is the last one of the process. */
  readonly crashChance: number;
  readonly segmentBytes: number;
  readonly retainAckedBytes: number;
}

type Image = { readonly disk: ReturnType<VirtualDisk['image']>; readonly cursors: CursorShelf };

export class AgentSide {
  readonly id: string;
  readonly options: AgentSideOptions;
  readonly disk: VirtualDisk;
  #wallOffsetMs = 0;
  #drift = new Drift(0, 0);
  journal: Journal | undefined;
  starts = 0;
  /** When the cursor document was last destroyed, monotonic: what it alone knew of gaps is gone. */
  cursorsLostMs = -1;
  /** Port calls crash the process; off while the run drains. */
  fragile = true;
  #cursors = new CursorShelf();
  readonly #own = new OwnJournal();
  readonly #campus: Campus;
  readonly #random: SeededRandom;
  #life: Life | undefined;
  /** Of the process that runs. */
  #instance = '';
  #inFlight: InFlight | undefined;
  #retired = false;
  #image: Image | undefined;

  constructor(campus: Campus, random: SeededRandom, options: AgentSideOptions) {
    this.#campus = campus;
    this.#random = random;
    this.options = options;
    this.id = options.id;
    this.disk = new VirtualDisk(8 * mebi, random.fork(1), (image, from) => campus.custody.becameDurable(image, from));
  }

  /** Puts the wall clock of the machine beside the true time, from now on running faster by so many millionths. */
  setClock(offsetMs: number, ppm: number): void {
    this.#wallOffsetMs = offsetMs;
    this.#drift = new Drift(ppm, this.#campus.loop.clock.mono());
  }

  /** Its cursors tell that a number of this terminal is missing. */
  misses(device: string, number: number): boolean {
    return this.#cursors.misses(device, number);
  }

  /** Process start that speaks. */
  get instance(): string {
    return this.#instance;
  }

  get running(): boolean {
    return this.#life?.alive === true;
  }

  /** Starts a new process on what the card holds. */
  start(): void {
    if (this.#retired || this.running) return;
    this.starts++;
    const life = new Life(this.#campus.loop, this.id, this.#random.fork(this.starts), {
      crashChance: () => (this.fragile && this.#campus.sparing.lurks ? this.options.crashChance : 0),
      crashed: () => {
        this.#campus.loop.struck('agent crashed at an await');
        this.#died(this.#random.next() < 0.5 ? 'power' : 'process');
      },
      wallOffsetMs: () => this.#wallOffsetMs + this.#drift.at(this.#campus.loop.clock.mono()),
    });
    this.#life = life;
    this.#run(life).catch((cause: unknown) => {
      if (life.alive)
        this.#campus.violations.add('bug', `${this.id} threw: ${cause instanceof Error ? cause.stack : String(cause)}`);
    });
  }

  /** False when there was nothing to kill. */
  crash(how: 'process' | 'power'): boolean {
    if (!this.running) return false;
    this.#life?.end();
    this.#died(how);
    return true;
  }

  /** A new card: nothing of the old one is left. */
  reimage(): void {
    this.crash('power');
    this.cursorsLostMs = this.#campus.loop.clock.mono();
    this.#own.replaced('empty');
    this.disk.wipe();
    this.#cursors.wipe();
    this.#image = undefined;
  }

  /** Puts back what the card held at an earlier moment; the first call only takes the copy. */
  restoreOldImage(): boolean {
    const image = this.#image;
    this.#image = { disk: this.disk.image(), cursors: this.#cursors.copy() };
    if (image === undefined) return false;
    this.crash('power');
    this.cursorsLostMs = this.#campus.loop.clock.mono();
    this.#adopt(image);
    return true;
  }

  damageCursors(): void {
    this.crash('process');
    this.cursorsLostMs = this.#campus.loop.clock.mono();
    this.#cursors.damaged = true;
  }

  /** A second machine from a copy of this one's card. */
  cloneOnto(twin: AgentSide): void {
    this.#own.isCopy = true;
    twin.#adopt({ disk: this.disk.image(), cursors: this.#cursors.copy() });
  }

  /** Switched off for good; the card is kept. */
  retire(): void {
    this.#retired = true;
    this.crash('power');
  }

  unretire(): void {
    this.#retired = false;
  }

  #adopt(image: Image): void {
    this.#own.replaced('copy');
    this.disk.restore(image.disk);
    this.#cursors = image.cursors.copy();
  }

  #died(how: 'process' | 'power'): void {
    this.journal = undefined;
    this.#campus.counts.agentCrashes++;
    if (how === 'power') this.disk.crash();
    else this.disk.processDied();
    this.#cursors.crash(this.#random);
    this.#campus.loop.after(100 + this.#random.next() ** 3 * 30_000, `start ${this.id}`, () => this.start());
  }

  async #run(life: Life): Promise<void> {
    const { site, id } = this.options;
    const agent = AgentId.parse(id);
    const journal = this.#watched(await openJournal(this.#journalOptions(life, agent)));
    if (!life.alive) return;
    this.journal = journal;
    const running = createAgent(
      {
        journal,
        link: this.#watchedLink(this.#campus.broker.link(id, upTopic({ site, agent }, 'bye'), life)),
        clock: life.clock,
        random: life.random,
        log: this.#log(life),
        crypto: simulatedCrypto(),
        compress: compressSome(life.random),
        openSession: (device) => this.#session(device, life),
        cursorStore: this.#cursors.forLife(life, this.disk),
        newInstanceId: () => {
          const instance = instanceIdOf(life.random);
          this.#instance = instance;
          return instance;
        },
        host: async () => ({
          rssBytes: 0,
          cpuPct: 0,
          diskFreeBytes: Math.max(0, this.disk.totalBytes - this.disk.usedBytes()),
          clockQuality: 'synced',
        }),
      },
      this.#config(agent),
    );
    await running.start();
  }

  #journalOptions(life: Life, agent: AgentId): JournalOptions {
    const { segmentBytes, retainAckedBytes } = this.options;
    const retained = { money: retainAckedBytes, event: retainAckedBytes, health: 0 };
    const limits = { segmentBytes, retainAckedBytes: retained };
    return { disk: this.disk.forLife(life), clock: life.clock, hasher, log: this.#log(life), agent, limits };
  }

  #config(agent: AgentId): AgentConfig {
    const { site, terminals } = this.options;
    const devices = terminals.map(({ device }, index) => ({
      declaration: {
        deviceId: DeviceId.parse(device),
        name: device,
        kind: simulatedShower.kind,
        profile: simulatedShower.profile,
        line: this.#lineOf(index),
        place: { campus: 'sim' },
      },
      profile: simulatedShower,
      lineKey: this.#lineOf(index),
    }));
    return { site, agent, devices, versions: { agent: 'simulated', node: 'simulated' } };
  }

  #lineOf(index: number): string {
    return `${this.id}-${Math.floor(index / this.options.terminalsPerLine) + 1}`;
  }

  /** The journal, telling the watch what it promised and what it was told to let go. */
  #watched(journal: Journal): Journal {
    const { custody } = this.#campus;
    let opening = 0;
    const epochs = (): readonly number[] => [journal.epoch()?.no ?? 0];
    return {
      epoch: () => journal.epoch(),
      openEpoch: async (no, uuid) => {
        opening = no;
        this.#campus.checkBegun(this.id, this.#instance, no);
        const opened = await journal.openEpoch(no, uuid);
        opening = 0;
        return opened;
      },
      append: async (stream, lines) => {
        const before = [...epochs(), opening];
        const appended = await journal.append(stream, lines);
        // While an epoch is opened the answer does not say which one the numbers belong to: it may be either.
        const any = [...new Set([...before, ...epochs(), opening])].filter((epoch) => epoch > 0);
        if (appended.ok && stream === 'money')
          for (const epoch of any) this.#wrote(epoch, appended.value.firstSeq, lines, any.length === 1);
        return appended;
      },
      hurry: (stream) => journal.hurry(stream),
      states: (stream) => journal.states(stream),
      read: (stream, epoch, fromSeq, limits) => journal.read(stream, epoch, fromSeq, limits),
      acknowledge: (stream, epoch, upto) => {
        if (stream === 'money') {
          custody.trimmed(this.id, this.#own, epoch, upto);
          this.#inFlight?.acknowledged(epoch, upto, this.#campus.loop.clock.mono());
        }
        return journal.acknowledge(stream, epoch, upto);
      },
      onDurable: (listener) => journal.onDurable(listener),
      health: () => journal.health(),
      close: () => journal.close(),
    };
  }

  /** Reads along what goes out: which lines stand under which numbers, and which are declared lost, is learnt from the wire. */
  #watchedLink(link: Link): Link {
    return {
      connect: async () => {
        const answer = await link.connect();
        if (!answer.ok) return answer;
        const connection = answer.value;
        const inFlight = new InFlight(this.id, this.#campus.violations);
        this.#inFlight = inFlight;
        const publish: LinkConnection['publish'] = (topic, payload) => {
          if (topic.endsWith('/money')) this.#readAlong(payload, inFlight);
          return connection.publish(topic, payload);
        };
        const onMessage: LinkConnection['onMessage'] = (listener) =>
          connection.onMessage((topic, payload) => {
            inFlight.heard(this.#isReadable(), this.#campus.loop.clock.mono());
            listener(topic, payload);
          });
        return ok({ ...connection, publish, onMessage });
      },
    };
  }

  #isReadable(): boolean {
    const { faults, stalledUntilMs } = this.disk;
    return faults.readEio === 0 && stalledUntilMs < this.#campus.loop.clock.mono();
  }

  #wrote(epoch: number, firstSeq: number, lines: readonly Uint8Array[], certain = true): void {
    this.#own.wrote(epoch, firstSeq, lines);
    if (this.#own.isCopy) this.#campus.custody.writtenTwice.add(`${this.id}/${epoch}`);
    this.#campus.custody.wrote(this.id, epoch, firstSeq, lines, certain);
  }

  #readAlong(payload: Uint8Array, inFlight: InFlight): void {
    const body = isZstd(payload) ? zstdDecompressSync(payload) : payload;
    for (const [, number = ''] of Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1').matchAll(cardNumber))
      if (this.#campus.truth.cards.has(number)) this.#campus.violations.add('I13', `${this.id} publishes a card number`);
    const batch = splitBatch(body);
    if (!batch.ok) return this.#campus.violations.add('bug', `${this.id} publishes a bad batch: ${batch.error.kind}`);
    const { epoch, firstSeq, lastSeq, lost } = batch.value.head;
    const acked = this.journal?.states('money').find((state) => state.epoch === epoch)?.acked ?? 0;
    inFlight.sent({ epoch, firstSeq, lastSeq }, acked, this.#campus.loop.clock.mono());
    if (lost === undefined) this.#wrote(epoch, firstSeq, batch.value.lines);
    else this.#campus.custody.declaredLost(this.id, epoch, firstSeq, lastSeq);
  }

  /** Nothing is written; but a loop that broke is a bug wherever it is told. */
  #log(life: Life): Logger {
    const log: Logger = {
      log: (level, event, fields) => {
        if (event === 'loopBroke' && life.alive) this.#campus.violations.add('bug', `${this.id}: ${JSON.stringify(fields)}`);
        this.#campus.say?.(`${level} ${this.id} ${event} ${JSON.stringify(fields ?? {})}`);
      },
      child: () => log,
    };
    return log;
  }

  #session(device: AgentDevice, life: Life): ReturnType<AgentPorts['openSession']> {
    const terminal = this.options.terminals.find((candidate) => candidate.device === device.declaration.deviceId);
    if (terminal === undefined) return Promise.resolve(err({ kind: 'unsupported', detail: 'no such terminal' }));
    return Promise.resolve(
      ok(openSession(terminal, life, this.options.timings, new Attention(terminal.device, this.disk, this.#campus.violations))),
    );
  }
}
