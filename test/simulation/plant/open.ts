/**
 * Bugs of which nobody knows yet whether the simulation finds them: no seed showed them in the time that was given, or nobody looked. Each is a hole of the
 * simulation or is made good elsewhere. `planted.ts --open --keep` looks for them; one that is found moves to its side of the catalogue.
 */
import type { Plant } from './plant.ts';

const agent = 'packages/agent/src';
const collector = 'packages/collector/src';

export const openPlants: readonly Plant[] = [
  {
    name: 'welcome-of-another-start',
    story:
      'a welcome that was meant for an earlier process start is taken. A welcome must come late by more than a restart takes, and tell of a new life',
    file: `${agent}/uplink/session.ts`,
    find: 'else if (message.data.instance === this.#parts.instance) this.#told(message.data);',
    replace: 'else this.#told(message.data);',
    mode: 'safety',
  },
  {
    name: 'numbers-given-again',
    story:
      'a life whose segments are all reclaimed begins again at number 1. A start must find every segment reclaimed before the next one is begun',
    file: `${agent}/journal/recovery.ts`,
    find: '  life.durable = Math.max(life.durable, life.acked);\n',
    replace: '',
    mode: 'drill',
  },
  {
    name: 'conflict-overwrites',
    story:
      'a record under a booked key is taken for the one that is booked, whatever it says. Two records hardly ever come under one key here; test/collector/custody.test.ts shows it',
    file: `${collector}/ingest/book.core.ts`,
    find: "return bookedHash === contentHash ? 'duplicate' : 'conflict';",
    replace: "return 'duplicate';",
    mode: 'safety',
  },
  {
    name: 'gap-filled-by-its-first-piece',
    story:
      'a gap is closed as soon as part of it came. Gaps of a terminal are opened again for what is missing; of a stream part of a declared loss must come after all',
    file: `${collector}/ingest/gaps.core.ts`,
    find: "if (head === undefined) return [{ ...row, state: 'filled', closedAt: now }];",
    replace:
      "if (head === undefined || head[0] !== row.first || head[1] !== row.last) return [{ ...row, state: 'filled', closedAt: now }];",
    mode: 'safety',
  },
  {
    name: 'booked-under-two-generations',
    story:
      'what an older copy of a card numbers after a generation that is over is booked a second time. All terminals here tell their store life; test/collector/custody.test.ts shows it',
    file: `${collector}/store/sqlite/ingest/book-money.ts`,
    find: 'if (other !== undefined) {',
    replace: 'if (other !== undefined && other < 0) {',
    mode: 'safety',
  },
];
