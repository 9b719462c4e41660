/** Processes and machines: killed, cut off from power, with a wrong clock. */
import { chance, intBetween, pick, type SeededRandom } from '@cardwatch/kernel';
import type { Fault } from './fault.ts';

const offsetMs = (random: SeededRandom): number =>
  chance(random, 0.3) ? 0 : Math.round((random.next() - 0.5) * 2 * pick(random, [3_000, 3_600_000, 86_400_000]));

export const machineFaults: readonly Fault[] = [
  { name: 'agent killed', strike: (campus, random) => pick(random, campus.agents).crash('process') },
  { name: 'agent power cut', strike: (campus, random) => pick(random, campus.agents).crash('power') },
  {
    // Every agent at once, and all of them come back together.
    name: 'campus power cut',
    strike: (campus) => campus.agents.filter((agent) => agent.crash('power')).length > 0,
  },
  { name: 'collector killed', strike: (campus) => campus.collector.crash() },
  {
    name: 'agent wall clock stepped',
    strike: (campus, random) => {
      pick(random, campus.agents).setClock(offsetMs(random), 0);
      return true;
    },
  },
  {
    name: 'agent wall clock drifts',
    strike: (campus, random) => {
      pick(random, campus.agents).setClock(offsetMs(random), intBetween(random, -20_000, 20_000));
      return true;
    },
  },
  {
    name: 'true time stepped',
    strike: (campus, random) => {
      campus.loop.clock.stepWall(intBetween(random, -5_000, 5_000));
      return true;
    },
  },
];

/** Cards: worn, exchanged, copied. Nobody else has what was on them. */
export const cardFaults: readonly Fault[] = [
  {
    name: 'card replaced',
    destroys: true,
    strike: (campus, random) => {
      pick(random, campus.agents).reimage();
      return true;
    },
  },
  { name: 'old image restored', destroys: true, strike: (campus, random) => pick(random, campus.agents).restoreOldImage() },
  {
    name: 'cursors damaged',
    destroys: true,
    strike: (campus, random) => {
      pick(random, campus.agents).damageCursors();
      return true;
    },
  },
  { name: 'agent cloned', destroys: true, strike: (campus, random) => campus.clone(pick(random, campus.agents)) },
];
