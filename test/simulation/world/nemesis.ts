/**
 * What goes wrong, and when. Each seed draws which faults it knows and how often they come (swarm testing: a run with few kinds of faults finds what a run
 * with all of them hides). Recoverable faults are those after which not one fen may be missing; the others destroy something that nobody else has,
 * so that custody can only promise that the hole is seen.
 */
import { chance, intBetween, pick, type SeededRandom } from '@cardwatch/kernel';
import type { Campus } from './campus.ts';
import { noNetFaults } from './broker.ts';
import { noDiskFaults } from './disk.ts';

interface Fault {
  readonly name: string;
  readonly destroys?: true;
  strike(campus: Campus, random: SeededRandom): void;
}

/** Does something for a while and then undoes it; the end is an event like any other. */
function forAWhile(campus: Campus, random: SeededRandom, name: string, longestMs: number, undo: () => void): void {
  campus.loop.after(500 + random.next() * random.next() * longestMs, `end of ${name}`, undo);
}

const kibi = 1024;

const faults: readonly Fault[] = [
  { name: 'agent killed', strike: (campus, random) => pick(random, campus.agents).crash('process') },
  { name: 'agent power cut', strike: (campus, random) => pick(random, campus.agents).crash('power') },
  { name: 'collector killed', strike: (campus) => campus.collector.crash() },
  {
    name: 'agent wall clock stepped',
    strike: (campus, random) => {
      const agent = pick(random, campus.agents);
      agent.wallOffsetMs = chance(random, 0.3)
        ? 0
        : Math.round((random.next() - 0.5) * 2 * pick(random, [3_000, 3_600_000, 86_400_000]));
    },
  },
  { name: 'true time stepped', strike: (campus, random) => campus.loop.clock.stepWall(intBetween(random, -5_000, 5_000)) },
  {
    name: 'net lossy',
    strike: (campus, random) => {
      const { faults: net } = campus.broker;
      net.loss = random.next() * 0.3;
      net.duplicate = random.next() * 0.5;
      net.slow = random.next() * 0.5;
      net.slowMs = random.next() * 20_000;
      net.cut = random.next() * 0.03;
      net.refuse = random.next() * 0.3;
      net.deaf = chance(random, 0.3) ? 0.1 : 0;
      forAWhile(campus, random, 'net lossy', 240_000, () => Object.assign(net, noNetFaults()));
    },
  },
  {
    name: 'partition',
    strike: (campus, random) => {
      const who = chance(random, 0.3) ? 'collector' : pick(random, campus.agents).id;
      campus.broker.partitioned.add(who);
      forAWhile(campus, random, 'partition', 180_000, () => campus.broker.partitioned.delete(who));
    },
  },
  { name: 'broker restart', strike: (campus) => campus.broker.disconnectAll('broker restart') },
  { name: 'connection cut', strike: (campus, random) => campus.broker.disconnect(pick(random, campus.agents).id, 'cut') },
  {
    name: 'disk grumbles',
    strike: (campus, random) => {
      const disk = pick(random, campus.agents).disk.faults;
      disk.shortWrite = random.next() * 0.2;
      disk.writeEio = random.next() * 0.05;
      disk.syncEio = random.next() * 0.1;
      disk.folderSyncEio = random.next() * 0.1;
      forAWhile(campus, random, 'disk grumbles', 120_000, () => Object.assign(disk, noDiskFaults()));
    },
  },
  {
    name: 'sync fails',
    strike: (campus, random) => {
      const disk = pick(random, campus.agents).disk.faults;
      disk.syncBroken = true;
      forAWhile(campus, random, 'sync fails', 60_000, () => Object.assign(disk, noDiskFaults()));
    },
  },
  {
    name: 'disk read-only',
    strike: (campus, random) => {
      const disk = pick(random, campus.agents).disk.faults;
      disk.readOnly = true;
      forAWhile(campus, random, 'disk read-only', 60_000, () => Object.assign(disk, noDiskFaults()));
    },
  },
  {
    name: 'disk full',
    strike: (campus, random) => {
      const agent = pick(random, campus.agents);
      const { disk } = agent;
      disk.faults.takenBytes = Math.max(
        0,
        disk.totalBytes - disk.usedBytes() - intBetween(random, 0, pick(random, [1, 64]) * kibi),
      );
      if (chance(random, 0.3)) agent.crash('process');
      forAWhile(campus, random, 'disk full', 180_000, () => Object.assign(disk.faults, noDiskFaults()));
    },
  },
  {
    name: 'disk stalls',
    strike: (campus, random) => {
      const disk = pick(random, campus.agents).disk.faults;
      disk.stallMs = random.next() * pick(random, [50, 500, 10_000]);
      forAWhile(campus, random, 'disk stalls', 60_000, () => Object.assign(disk, noDiskFaults()));
    },
  },
  {
    name: 'terminal silent',
    strike: (campus, random) => {
      const { faults: terminal } = pick(random, campus.terminals);
      terminal.silent = true;
      forAWhile(campus, random, 'terminal silent', 300_000, () => {
        terminal.silent = false;
      });
    },
  },
  {
    name: 'terminal line bad',
    strike: (campus, random) => {
      const { faults: terminal } = pick(random, campus.terminals);
      terminal.timeout = random.next() * 0.4;
      terminal.lostConfirm = random.next() * 0.5;
      forAWhile(campus, random, 'terminal line bad', 180_000, () => {
        terminal.timeout = 0;
        terminal.lostConfirm = 0;
      });
    },
  },
  { name: 'terminal reboot', strike: (campus, random) => pick(random, campus.terminals).reboot() },
  {
    name: 'terminal clock stepped',
    strike: (campus, random) => pick(random, campus.terminals).stepClock(Math.round((random.next() - 0.5) * 7_200_000)),
  },
  {
    name: 'terminal rush',
    strike: (campus, random) => {
      const terminal = pick(random, campus.terminals);
      for (let left = intBetween(random, 5, terminal.capacity); left > 0; left--) terminal.makeRecord();
    },
  },
  { name: 'store initialised', destroys: true, strike: (campus, random) => pick(random, campus.terminals).initialiseStore() },
  {
    name: 'records spoiled',
    destroys: true,
    strike: (campus, random) => {
      const { faults: terminal } = pick(random, campus.terminals);
      terminal.spoil = 0.1;
      terminal.misread = random.next() * 0.05;
      forAWhile(campus, random, 'records spoiled', 120_000, () => {
        terminal.spoil = 0;
        terminal.misread = 0;
      });
    },
  },
  {
    // A file that cannot be read at a start is set aside and its numbers are declared lost: seen, but lost.
    name: 'reads fail',
    destroys: true,
    strike: (campus, random) => {
      const agent = pick(random, campus.agents);
      const disk = agent.disk.faults;
      disk.readEio = random.next() * 0.1;
      forAWhile(campus, random, 'reads fail', 60_000, () => {
        Object.assign(disk, noDiskFaults());
      });
    },
  },
  { name: 'bit flipped', destroys: true, strike: (campus, random) => damage(campus, random, 'flip') },
  { name: 'block misdirected', destroys: true, strike: (campus, random) => damage(campus, random, 'misdirect') },
  { name: 'card replaced', destroys: true, strike: (campus, random) => pick(random, campus.agents).reimage() },
  { name: 'old image restored', destroys: true, strike: (campus, random) => pick(random, campus.agents).restoreOldImage() },
  { name: 'cursors damaged', destroys: true, strike: (campus, random) => pick(random, campus.agents).damageCursors() },
  { name: 'agent cloned', destroys: true, strike: (campus, random) => campus.clone(pick(random, campus.agents)) },
];

export const faultNames: readonly string[] = faults.map((fault) => fault.name);

/** Money is what the damage is for; some of it falls elsewhere. */
function damage(campus: Campus, random: SeededRandom, how: 'flip' | 'misdirect'): void {
  const { disk } = pick(random, campus.agents);
  const files = chance(random, 0.7) ? disk.filesIn('money') : disk.files();
  if (files.length === 0) return;
  for (let left = intBetween(random, 1, 3); left > 0; left--) {
    const file = pick(random, files);
    if (how === 'flip') file.flipBit(random);
    else file.misdirect(random);
  }
}

/** Lets faults strike until it is told to stop. */
export class Nemesis {
  readonly counts = new Map<string, number>();
  readonly #campus: Campus;
  readonly #random: SeededRandom;
  #resting = false;

  /** `destructive` lets those faults in that nobody can make good. */
  constructor(campus: Campus, random: SeededRandom, destructive: boolean) {
    this.#campus = campus;
    this.#random = random;
    const share = 0.15 + random.next() * 0.6;
    for (const fault of faults) {
      const known = chance(random, fault.destroys ? share * 0.6 : share);
      const everyMs = 1_000 * 10 ** (1 + random.next() * 1.6) * (fault.destroys ? 3 : 1);
      if (known && (destructive || fault.destroys === undefined)) this.#schedule(fault, everyMs);
    }
  }

  get struck(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  rest(): void {
    this.#resting = true;
  }

  #strike(fault: Fault): void {
    this.#campus.loop.note(fault.name);
    this.counts.set(fault.name, (this.counts.get(fault.name) ?? 0) + 1);
    fault.strike(this.#campus, this.#random);
  }

  #schedule(fault: Fault, everyMs: number): void {
    const delayMs = -Math.log(1 - this.#random.next()) * everyMs;
    this.#campus.loop.clock.after(delayMs, () => {
      if (this.#resting) return;
      if (this.#campus.sparing.strikes()) this.#strike(fault);
      this.#schedule(fault, everyMs);
    });
  }
}
