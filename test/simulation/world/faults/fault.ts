import type { SeededRandom } from '@cardwatch/kernel';
import type { Campus } from '../campus.ts';

export interface Fault {
  readonly name: string;
  /** What it destroys nobody else has: custody can only promise that the hole is seen. */
  readonly destroys?: true;
  /** Falls on one of the terminals: comes the more often the more there are. */
  readonly perTerminal?: true;
  /** False when there was nothing that it could do: it does not count then. */
  strike(campus: Campus, random: SeededRandom): boolean;
}

/** Does something for a while and then undoes it; the end is an event like any other. */
export function forAWhile(campus: Campus, random: SeededRandom, name: string, longestMs: number, undo: () => void): true {
  campus.loop.after(500 + random.next() * random.next() * longestMs, `end of ${name}`, undo);
  return true;
}
