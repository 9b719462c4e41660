/**
 * What goes wrong, and when. Each seed draws which faults it knows and how often they come (swarm testing: a run with few kinds of faults finds what a run
 * with all of them hides). Recoverable faults are those after which not one fen may be missing; the others destroy something that nobody else has,
 * so that custody can only promise that the hole is seen.
 */
import { chance, type SeededRandom } from '@cardwatch/kernel';
import type { Campus } from './campus.ts';
import { diskFaults } from './faults/disk.ts';
import type { Fault } from './faults/fault.ts';
import { cardFaults, machineFaults } from './faults/machines.ts';
import { netFaults } from './faults/net.ts';
import { terminalFaults } from './faults/terminals.ts';

const faults: readonly Fault[] = [...machineFaults, ...netFaults, ...diskFaults, ...terminalFaults, ...cardFaults];

/** Lets faults strike until it is told to stop. */
export class Nemesis {
  readonly #campus: Campus;
  readonly #random: SeededRandom;
  #resting = false;

  /** `destructive` lets those faults in that nobody can make good. */
  constructor(campus: Campus, random: SeededRandom, destructive: boolean) {
    this.#campus = campus;
    this.#random = random;
    const share = 0.15 + random.next() * 0.6;
    // As many terminals, as many that something happens to; a handful is what the times below were drawn for.
    const perTerminal = Math.max(1, campus.terminals.length / 6);
    for (const fault of faults) {
      const known = chance(random, fault.destroys ? share * 0.6 : share);
      const meanMs = 1_000 * 10 ** (1 + random.next() * 1.6) * (fault.destroys ? 3 : 1);
      const everyMs = fault.perTerminal === true ? meanMs / perTerminal : meanMs;
      if (known && (destructive || fault.destroys === undefined)) this.#schedule(fault, everyMs);
    }
  }

  rest(): void {
    this.#resting = true;
  }

  #strike(fault: Fault): void {
    this.#campus.loop.note(fault.name);
    if (fault.strike(this.#campus, this.#random)) this.#campus.loop.struck(fault.name);
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
