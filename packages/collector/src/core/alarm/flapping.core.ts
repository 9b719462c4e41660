/**
 * Flapping as Icinga scores it: the last twenty slots, a change in a newer slot weighs more; in at 30 %, out below 25 %. A slot is one change, or
 * 45 s without one, so that twenty quiet slots are fifteen minutes (domain 3.5) and the pace of looks does not matter.
 */

export const flapping = { slots: 20, slotMs: 45_000, inPct: 30, outPct: 25 } as const;

/** `bits`: bit 0 is the newest slot. `at`: steady time at which the ring last moved. */
export interface Flap {
  readonly bits: number;
  readonly at: number;
}

export const calm: Flap = { bits: 0, at: 0 };

const mask = 2 ** flapping.slots - 1;

function moved(flap: Flap, steadyMs: number): Flap {
  const slots = Math.max(0, Math.floor((steadyMs - flap.at) / flapping.slotMs));
  if (slots >= flapping.slots) return { bits: 0, at: steadyMs };
  return { bits: (flap.bits * 2 ** slots) & mask, at: flap.at + slots * flapping.slotMs };
}

/** The ring after a change. */
export const withChange = (flap: Flap, steadyMs: number): Flap => ({
  bits: ((moved(flap, steadyMs).bits << 1) | 1) & mask,
  at: steadyMs,
});

/** 0 to 99 %: weights run from 1.18 for the newest slot to 0.80 for the oldest. */
export function scorePct(flap: Flap, steadyMs: number): number {
  const { bits } = moved(flap, steadyMs);
  let sum = 0;
  for (let slot = 0; slot < flapping.slots; slot++) if ((bits >> slot) & 1) sum += 1.18 - 0.02 * slot;
  return (100 * sum) / flapping.slots;
}
