/** Terminals and the lines that they hang on. */
import { intBetween, pick, type SeededRandom } from '@cardwatch/kernel';
import type { Terminal, TerminalFaults } from '../terminal.ts';
import { type Fault, forAWhile } from './fault.ts';

/** Something is wrong with one terminal until it is over. */
const ill = (name: string, longestMs: number, fall: (faults: TerminalFaults, random: SeededRandom) => void): Fault => ({
  name,
  perTerminal: true,
  strike: (campus, random) => {
    const terminal = pick(random, campus.terminals);
    fall(terminal.faults, random);
    return forAWhile(campus, random, name, longestMs, () => campus.weather.settleTerminal(terminal));
  },
});

const once = (name: string, act: (terminal: Terminal, random: SeededRandom) => void): Fault => ({
  name,
  perTerminal: true,
  strike: (campus, random) => {
    act(pick(random, campus.terminals), random);
    return true;
  },
});

export const terminalFaults: readonly Fault[] = [
  ill('terminal silent', 300_000, (faults) => {
    faults.silent = true;
  }),
  ill('terminal line bad', 180_000, (faults, random) => {
    faults.timeout = random.next() * 0.4;
    faults.garbage = random.next() * 0.2;
    faults.lostConfirm = random.next() * 0.5;
  }),
  once('terminal reboot', (terminal) => terminal.reboot()),
  once('terminal clock stepped', (terminal, random) => terminal.stepClock(Math.round((random.next() - 0.5) * 7_200_000))),
  once('terminal clock drifts', (terminal, random) => terminal.driftClock(intBetween(random, -5_000, 5_000))),
  once('terminal rush', (terminal, random) => {
    for (let left = intBetween(random, 5, Math.min(60, terminal.capacity)); left > 0; left--) terminal.makeRecord();
  }),
  {
    // More records at once than its store holds.
    name: 'ring overrun',
    strike: ({ terminals }, random) => {
      const terminal = pick(random, terminals.filter(({ capacity }) => capacity <= 128).concat(terminals.slice(0, 1)));
      for (let left = intBetween(random, terminal.capacity, terminal.capacity + 20); left > 0; left--) terminal.makeRecord();
      return true;
    },
  },
  { ...once('store initialised', (terminal) => terminal.initialiseStore()), destroys: true },
  {
    ...ill('records spoiled', 120_000, (faults, random) => {
      faults.spoil = 0.1;
      faults.misread = random.next() * 0.3;
      // What comes over such a wire damaged at one time does not come at all at another.
      faults.timeout = 0.15;
    }),
    destroys: true,
  },
];
