/**
 * The journal alone under many more faults than a whole campus would meet: random appends, acknowledgements, new epochs, crashes and disk faults, and after
 * each start a full reading. What an append promised and nobody acknowledged must be there, byte for byte, in a chain that proves itself.
 */
import { type Journal, type JournalHole, type JournalLimits, openJournal } from '@cardwatch/agent/journal';
import { AgentId, chainInput, EpochNo, type Stream } from '@cardwatch/contracts';
import { chance, intBetween, type Logger, pick, type SeededRandom, silentLogger } from '@cardwatch/kernel';
import { Violations } from './check/violation.ts';
import { cpuMs } from './cpu.ts';
import type { SeedReport } from './simulate.ts';
import { type Spare, Sparing } from './spare.ts';
import { hasher, uuidOf } from './world/agent-ports.ts';
import { noDiskFaults, VirtualDisk } from './world/disk.ts';
import { Life } from './world/life.ts';
import { Loop, type TraceSink } from './world/loop.ts';

export interface DrillOptions {
  readonly seed: number;
  readonly events: number;
  /** Also flips bits of what is at rest: then a line may be in a hole instead. */
  readonly damage: boolean;
  readonly sink?: TraceSink | undefined;
  readonly spare?: Spare | undefined;
  readonly log?: Logger | undefined;
}

const kept: readonly Stream[] = ['money', 'event'];
const mebi = 1024 * 1024;
/** Holds a few of the shorter lines. */
const lastFramesBytes = 400;

/** Runs as one macrotask: call it from `inMacrotask`. */
export function drillJournal(options: DrillOptions): SeedReport {
  return new Drill(options).run();
}

/** What was promised of one stream in one epoch. */
interface Promised {
  readonly lines: Map<number, Uint8Array>;
  acked: number;
}

class Drill {
  readonly #options: DrillOptions;
  readonly #loop: Loop;
  readonly #random: SeededRandom;
  readonly #violations: Violations;
  readonly #disk: VirtualDisk;
  readonly #limits: Partial<JournalLimits>;
  readonly #sparing: Sparing;
  readonly #promised = new Map<string, Promised>();
  #life: Life | undefined;
  #journal: Journal | undefined;
  #epoch = 0;
  #opening = 0;
  #openings = 0;
  #resting = false;
  #verified = false;
  #quietUntilMs = 0;
  #starts = 0;
  #made = 0;
  #promisedCount = 0;
  #readCount = 0;

  constructor(options: DrillOptions) {
    this.#options = options;
    this.#sparing = new Sparing(options.spare);
    this.#loop = new Loop(options.seed, options.sink);
    this.#random = this.#loop.random.fork(7);
    this.#violations = new Violations(() => this.#loop.events);
    this.#disk = new VirtualDisk(16 * mebi, this.#random.fork(1), () => {});
    const retained = chance(this.#random, 0.5) ? 0 : 64 * 1024;
    this.#limits = {
      segmentBytes: 1024 * intBetween(this.#random, 4, 64),
      retainAckedBytes: { money: retained, event: retained, health: 0 },
    };
  }

  run(): SeedReport {
    const started = process.cpuUsage();
    this.#start();
    this.#act();
    this.#spoil();
    this.#step(() => this.#loop.events >= this.#options.events);
    this.#rest();
    return {
      seed: this.#options.seed,
      mode: this.#options.damage ? 'drill-damage' : 'drill',
      events: this.#loop.events,
      faults: this.#loop.faultsStruck,
      faultsByKind: Object.fromEntries(this.#loop.faults),
      simulatedMs: this.#loop.clock.mono(),
      cpuMs: cpuMs(started),
      traceHash: this.#loop.traceHash,
      violations: this.#violations.found,
      verdict: undefined,
      counts: {
        starts: this.#starts,
        linesPromised: this.#promisedCount,
        linesRead: this.#readCount,
        strikes: this.#sparing.met,
      },
    };
  }

  #step(enough: () => boolean): void {
    const limitMs = this.#loop.clock.mono() + 86_400_000;
    while (!this.#violations.any && !enough() && this.#loop.step(limitMs));
  }

  /** Faults end, one last power cut, one last reading. */
  #rest(): void {
    this.#resting = true;
    Object.assign(this.#disk.faults, noDiskFaults());
    if (this.#violations.any) return;
    this.#crash('power');
    this.#verified = false;
    const limitMs = this.#loop.clock.mono() + 1_800_000;
    this.#step(() => this.#verified || this.#loop.clock.mono() > limitMs);
    if (!this.#verified && !this.#violations.any) this.#violations.add('I7', 'the journal did not come back');
  }

  #start(): void {
    this.#starts++;
    const life = new Life(this.#loop, 'journal', this.#random.fork(this.#starts), {
      crashChance: () => (this.#resting || !this.#sparing.lurks ? 0 : 0.0005),
      crashed: () => this.#crash(chance(this.#random, 0.5) ? 'power' : 'process'),
      wallOffsetMs: () => 0,
    });
    this.#life = life;
    this.#live(life).catch((cause: unknown) => {
      if (life.alive) this.#violations.add('bug', cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    });
  }

  async #live(life: Life): Promise<void> {
    const journal = await openJournal({
      disk: this.#disk.forLife(life),
      clock: life.clock,
      hasher,
      log: this.#options.log ?? silentLogger,
      agent: AgentId.parse('drill'),
      limits: this.#limits,
    });
    while (life.alive && journal.health().storage === 'failed' && journal.states('money').length === 0)
      await this.#sleep(life, 500);
    await this.#verify(journal);
    if (!life.alive) return;
    this.#verified = true;
    while (life.alive && (await this.#openEpochWhereNone(journal)) === false) await this.#sleep(life, 1_000);
    if (life.alive) this.#journal = journal;
  }

  async #openEpochWhereNone(journal: Journal): Promise<boolean> {
    return journal.epoch() !== undefined || this.#newEpoch(journal);
  }

  async #newEpoch(journal: Journal): Promise<boolean> {
    // A line that is appended meanwhile may fall into either epoch, and its answer does not say which: nothing is promised of it.
    this.#opening++;
    this.#openings++;
    const opened = await journal.openEpoch(EpochNo.parse(++this.#epoch), uuidOf(this.#random));
    this.#opening--;
    return opened.ok;
  }

  #sleep(life: Life, ms: number): Promise<void> {
    return new Promise((resolve) => life.clock.after(ms, resolve));
  }

  #crash(how: 'power' | 'process'): void {
    if (this.#life === undefined) return;
    this.#life.end();
    this.#life = undefined;
    this.#opening = 0;
    this.#journal = undefined;
    if (how === 'power') this.#disk.crash();
    else this.#disk.processDied();
    this.#loop.after(100, 'start journal', () => this.#start());
  }

  /** What a program does with a journal. */
  #act(): void {
    this.#loop.after(this.#random.next() * 60, 'act', () => {
      if (this.#resting) return;
      const journal = this.#journal;
      if (journal !== undefined) void this.#oneAct(journal);
      this.#act();
    });
  }

  async #oneAct(journal: Journal): Promise<void> {
    const lottery = this.#random.next();
    // At night nobody buys anything, and all of it is acknowledged.
    if (chance(this.#random, 0.002)) this.#quietUntilMs = this.#loop.clock.mono() + intBetween(this.#random, 1_000, 8_000);
    if (this.#loop.clock.mono() < this.#quietUntilMs) await this.#acknowledge(journal, 1);
    else if (lottery < 0.003) await this.#newEpoch(journal);
    else if (lottery < 0.15) await this.#acknowledge(journal);
    else if (lottery < 0.18) await this.#verify(journal);
    else await this.#append(journal, pick(this.#random, ['money', 'money', 'event', 'health']));
  }

  async #append(journal: Journal, stream: Stream): Promise<void> {
    const epoch = journal.epoch()?.no;
    const lines = Array.from({ length: intBetween(this.#random, 1, 8) }, () => this.#line());
    const certain = this.#opening === 0;
    const openings = this.#openings;
    const appended = await journal.append(stream, lines);
    if (!appended.ok || epoch === undefined || stream === 'health' || !certain || openings !== this.#openings) return;
    const promised = this.#of(stream, epoch);
    for (const [index, line] of lines.entries()) {
      const seq = appended.value.firstSeq + index;
      if (promised.lines.has(seq)) this.#violations.add('I5', `${stream} epoch ${epoch}: number ${seq} is given a second time`);
      promised.lines.set(seq, line);
    }
    this.#promisedCount += lines.length;
    if (appended.value.lastSeq - appended.value.firstSeq + 1 !== lines.length)
      this.#violations.add('bug', 'numbers do not match lines');
  }

  async #acknowledge(journal: Journal, share = this.#random.next()): Promise<void> {
    const stream = pick(this.#random, ['money', 'event', 'health'] as const);
    const states = journal.states(stream);
    if (states.length === 0) return;
    const state = pick(this.#random, states);
    const upto = state.acked + Math.round(share * (state.last - state.acked));
    const promised = this.#of(stream, state.epoch);
    promised.acked = Math.max(promised.acked, upto);
    await journal.acknowledge(stream, EpochNo.parse(state.epoch), upto);
  }

  #line(): Uint8Array {
    const text = `{"line":${++this.#made},"pad":"${'x'.repeat(intBetween(this.#random, 0, chance(this.#random, 0.1) ? 4_000 : 300))}"}`;
    return Buffer.from(text);
  }

  #of(stream: Stream, epoch: number): Promised {
    const key = `${stream}/${epoch}`;
    const known = this.#promised.get(key) ?? { lines: new Map(), acked: 0 };
    this.#promised.set(key, known);
    return known;
  }

  async #verify(journal: Journal): Promise<void> {
    for (const [key, promised] of this.#promised) {
      const [stream = '', epoch = ''] = key.split('/');
      if (kept.includes(stream as Stream))
        await this.#verifyLife(journal, stream as Stream, EpochNo.parse(Number(epoch)), promised);
    }
  }

  async #verifyLife(journal: Journal, stream: Stream, epoch: EpochNo, promised: Promised): Promise<void> {
    const life = this.#life;
    const last = Math.max(0, ...promised.lines.keys());
    let seq = promised.acked + 1;
    let previous: Uint8Array | undefined;
    let tries = 0;
    // A hole in an earlier segment leaves its successors with the chain of the lines that were there.
    let holed = this.#options.damage;
    while (seq <= last && life === this.#life && !this.#violations.any) {
      const slice = await journal.read(stream, epoch, seq, { records: 100, bytes: 65_536 });
      if (life !== this.#life) return;
      if (!slice.ok || slice.value === undefined) {
        if (slice.ok && (this.#resting || ++tries > 50)) return this.#missing(stream, epoch, seq, last);
        if (++tries > 2_000) return this.#violations.add('I7', `${stream} epoch ${epoch} cannot be read from ${seq}`);
        await new Promise<void>((resolve) => this.#loop.clock.after(100, resolve));
        continue;
      }
      const { entries, hole, prevHash, endHash } = slice.value;
      // Behind a hole, and where numbers were reclaimed while this reading went on, the chain begins anew.
      holed ||= hole !== undefined || seq <= promised.acked;
      if (previous !== undefined && !holed && !same(previous, prevHash))
        this.#violations.add('bug', `${stream} epoch ${epoch}: chain breaks before ${seq}`);
      seq =
        hole === undefined
          ? this.#compare(stream, epoch, seq, promised, entries, prevHash, endHash)
          : this.#stepOver(stream, epoch, seq, hole, promised);
      previous = endHash;
    }
  }

  #compare(
    stream: Stream,
    epoch: number,
    from: number,
    promised: Promised,
    entries: readonly { readonly seq: number; readonly line: Uint8Array }[],
    prevHash: Uint8Array,
    endHash: Uint8Array,
  ): number {
    let seq = from;
    let hash = prevHash;
    for (const entry of entries) {
      if (entry.seq !== seq) this.#violations.add('bug', `${stream} epoch ${epoch}: asked ${seq}, got ${entry.seq}`);
      const line = promised.lines.get(seq);
      if (line !== undefined && !same(line, entry.line))
        this.#violations.add('I5', `${stream} epoch ${epoch} number ${seq} is another line`);
      hash = hasher.sha256(chainInput(hash, seq, entry.line));
      this.#readCount++;
      seq++;
    }
    if (!same(hash, endHash))
      this.#violations.add('bug', `${stream} epoch ${epoch}: chain of ${from}..${seq - 1} does not prove itself`);
    if (entries.length === 0) this.#violations.add('bug', `${stream} epoch ${epoch}: an empty slice at ${from}`);
    return seq;
  }

  #stepOver(stream: Stream, epoch: number, seq: number, hole: JournalHole, promised: Promised): number {
    if (hole.first > seq || hole.last < seq)
      this.#violations.add('bug', `${stream} epoch ${epoch}: hole ${hole.first}..${hole.last} told at ${seq}`);
    for (let lost = seq; lost <= hole.last; lost++)
      if (
        lost > promised.acked &&
        promised.lines.has(lost) &&
        !this.#options.damage &&
        (stream === 'money' || hole.cause !== 'dropped')
      )
        this.#violations.add('I5', `${stream} epoch ${epoch} number ${lost}: promised, now a hole`);
    return Math.max(seq, hole.last) + 1;
  }

  /** The journal says that it holds nothing there. */
  #missing(stream: Stream, epoch: number, seq: number, last: number): void {
    this.#violations.add('I5', `${stream} epoch ${epoch}: ${seq}..${last} were promised durable and are gone without a hole`);
  }

  #spoil(): void {
    this.#loop.after(this.#random.next() * 4_000, 'spoil', () => {
      if (this.#resting) return;
      const lottery = this.#random.next();
      if (this.#sparing.strikes()) {
        this.#loop.struck('something wrong with the disk, or a crash');
        this.#oneFault(lottery);
      }
      this.#spoil();
    });
  }

  #oneFault(lottery: number): void {
    const { faults } = this.#disk;
    Object.assign(faults, noDiskFaults());
    if (lottery < 0.25) this.#crash('power');
    else if (lottery < 0.35) this.#crash('process');
    else if (lottery < 0.45) faults.syncEio = 0.2;
    else if (lottery < 0.55) faults.writeEio = 0.1;
    else if (lottery < 0.62) faults.shortWrite = 0.5;
    else if (lottery < 0.68) faults.syncBroken = true;
    else if (lottery < 0.74) faults.readOnly = true;
    else if (lottery < 0.8) faults.readEio = this.#options.damage ? 0.2 : 0;
    else if (lottery < 0.86)
      faults.takenBytes = this.#disk.totalBytes - this.#disk.usedBytes() - intBetween(this.#random, 0, 20_000);
    else if (lottery < 0.9) faults.folderSyncEio = 0.5;
    else if (lottery < 0.93) faults.stallMs = 300;
    else if (this.#options.damage) this.#flip();
  }

  /** Somewhere; or where a start must tell a write that was cut off from one that was done: at the end of what was written last. */
  #flip(): void {
    const [file] = this.#disk.filesIn(pick(this.#random, ['money', 'event'])).slice(-1);
    if (file !== undefined && chance(this.#random, 0.6) && file.flipBit(this.#random, lastFramesBytes))
      return this.#crash('power');
    const files = this.#disk.files();
    if (files.length > 0) pick(this.#random, files).flipBit(this.#random);
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
