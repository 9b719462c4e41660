/**
 * What is never quite right: each seed draws how much its net, its lines and its cards lose on any day. Faults come on top for a while, and when one is over
 * this is what is left. Until it is calm: then nothing is.
 */
import { chance, type SeededRandom } from '@cardwatch/kernel';
import { type NetFaults, noNetFaults } from './broker.ts';
import type { Campus } from './campus.ts';
import { noDiskFaults, type VirtualDisk } from './disk.ts';
import { noTerminalFaults, type Terminal } from './terminal.ts';

export class Weather {
  readonly #campus: Campus;
  readonly #net: Partial<NetFaults>;
  readonly #shortWrite: number;
  readonly #lines: { readonly timeout: number; readonly garbage: number; readonly lostConfirm: number };
  #calm = false;

  constructor(campus: Campus, random: SeededRandom) {
    this.#campus = campus;
    const some = (likely: number, most: number): number => (chance(random, likely) ? random.next() * most : 0);
    this.#net = {
      loss: some(0.6, 0.08),
      duplicate: some(0.6, 0.3),
      slow: some(0.6, 0.5),
      slowMs: 3_000 * random.next(),
      cut: some(0.3, 0.005),
    };
    this.#shortWrite = some(0.5, 0.2);
    this.#lines = { timeout: some(0.7, 0.16), garbage: some(0.6, 0.1), lostConfirm: some(0.6, 0.2) };
  }

  begin(): void {
    this.#settleAll();
  }

  /** Nothing is wrong any more. */
  calm(): void {
    this.#calm = true;
    this.#settleAll();
  }

  settleNet(): void {
    Object.assign(this.#campus.broker.faults, noNetFaults(), this.#calm ? {} : this.#net);
  }

  settleDisk(disk: VirtualDisk): void {
    Object.assign(disk.faults, noDiskFaults(), this.#calm ? {} : { shortWrite: this.#shortWrite });
  }

  settleTerminal(terminal: Terminal): void {
    Object.assign(terminal.faults, noTerminalFaults(), this.#calm ? {} : this.#lines);
  }

  #settleAll(): void {
    this.settleNet();
    for (const { disk } of this.#campus.agents) this.settleDisk(disk);
    for (const terminal of this.#campus.terminals) this.settleTerminal(terminal);
  }
}
