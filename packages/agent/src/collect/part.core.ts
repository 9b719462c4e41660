/**
 * A part of a line is lost, as behind a broken cable, while the rest of it answers. Several devices that fall silent at nearly the same time make
 * it likely; whoever was not heard since is then asked out of turn, one after the other, so that nobody waits for its period; and devices whose
 * silence chance hardly explains bear one another out. A quarter of the time stays with the living, and all of it when nobody is left to be asked.
 */
import type { Slot } from './slot.core.ts';

export const partLimits = {
  /** So many devices make a lost part; each needs so many failed polls, not only questions. */
  devices: 3,
  failures: 2,
  /** A device that failed within this bears others out. */
  withinMs: 30_000,
  /** Who fell silent within this did it now. */
  latelyMs: 60_000,
  /** Questions in a row to devices that may be lost, and at least so many times what the last answer took; then it is the turn of one that answers. */
  inRow: 3,
  /** While somebody was heard within this, the line is there. */
  heardMs: 2_500,
  /** Between two questions to one device: noise that swallowed the one shall not swallow the other. */
  againMs: 1_500,
  /** One of a lost part is asked so often whether it is back. */
  probeEveryMs: 15_000,
  /** So many on either side of one that is back are asked at once; each of them that answers has its own neighbours asked. */
  neighbours: 2,
} as const;

/** When the first of those that are silent now fell silent; undefined while they are too few to tell of a lost part. */
export function tornSince(slots: Iterable<Slot>, nowMs: number): number | undefined {
  let [devices, sinceMs] = [0, nowMs];
  for (const { fellMs } of slots) {
    if (fellMs === undefined || nowMs - fellMs >= partLimits.latelyMs) continue;
    devices++;
    sinceMs = Math.min(sinceMs, fellMs);
  }
  return devices < partLimits.devices ? undefined : sinceMs;
}

/** Whether it is still to be found out if this device is lost: it was neither heard since, nor is it dead. */
export const mayBeLost = ({ tasks, failures, heardMs, probes }: Slot, sinceMs: number, failuresUntilDead: number): boolean =>
  tasks !== undefined && failures < failuresUntilDead && probes === 0 && heardMs < sinceMs;

/**
 * Who of `open`, of whom it is not known yet, is asked and when: a second time who fell silent; then those side by side with silent ones, because a
 * cable breaks at one place. `likelyWell`: in place of them the farthest from any. The neighbourhood decides the order alone, never who is lost.
 */
export function askOutOfTurn(
  open: readonly Slot[],
  line: Iterable<Slot>,
  { likelyWell }: { readonly likelyWell: boolean },
  nowMs: number,
): { readonly slot: Slot; readonly dueMs: number } | undefined {
  const fallen = [...line].filter(({ fellMs }) => fellMs !== undefined && nowMs - fellMs < partLimits.latelyMs);
  const awayFrom = ({ place }: Slot): number => Math.min(...fallen.map((other) => Math.abs(other.place - place)));
  const again = first(open, ({ fellMs, failedMs }) => (fellMs === undefined ? undefined : failedMs + partLimits.againMs));
  const fresh = first(open, (slot) => (slot.fellMs !== undefined ? undefined : likelyWell ? -awayFrom(slot) : awayFrom(slot)));
  if (again !== undefined && (again.key <= nowMs || fresh === undefined) && !(likelyWell && fresh !== undefined))
    return { slot: again.slot, dueMs: again.key };
  return fresh === undefined ? undefined : { slot: fresh.slot, dueMs: nowMs };
}

/** The one with the lowest key, of several the one that was asked longest ago; undefined keys are left out. */
function first(
  slots: readonly Slot[],
  keyOf: (slot: Slot) => number | undefined,
): { readonly slot: Slot; readonly key: number } | undefined {
  let best: { readonly slot: Slot; readonly key: number } | undefined;
  for (const slot of slots) {
    const key = keyOf(slot);
    if (key === undefined) continue;
    if (best === undefined || key < best.key || (key === best.key && slot.servedMs < best.slot.servedMs)) best = { slot, key };
  }
  return best;
}

/** Whose turn it is while part of a line may be lost: who may be lost, or one that answers. */
export class Pace {
  #unheard = 0;
  #unheardMs = 0;
  #heardTookMs = 0;

  took(heard: boolean, tookMs: number): void {
    this.#unheard = heard ? 0 : this.#unheard + 1;
    this.#unheardMs = heard ? 0 : this.#unheardMs + tookMs;
    if (heard) this.#heardTookMs = tookMs;
  }

  get livingAreNext(): boolean {
    return this.#unheard >= partLimits.inRow && this.#unheardMs >= partLimits.inRow * this.#heardTookMs;
  }
}

/** Those that fell silent with one another; none while they are too few. */
export function silentTogether(slots: Iterable<Slot>, nowMs: number): readonly Slot[] {
  const { devices, failures, withinMs } = partLimits;
  const silent: Slot[] = [];
  for (const slot of slots)
    if (slot.failures >= failures && slot.goodInRow === 0 && slot.sure && nowMs - slot.failedMs < withinMs) silent.push(slot);
  return silent.length < devices ? [] : silent;
}

/** A device of a lost part is back: those of the part next to it, on either side, are asked first. */
export function besides(slots: Iterable<Slot>, back: Slot): readonly Slot[] {
  const parted = [...slots].filter((slot) => slot.parted && slot !== back);
  const before = parted.filter(({ place }) => place < back.place).slice(-partLimits.neighbours);
  return [...before, ...parted.filter(({ place }) => place > back.place).slice(0, partLimits.neighbours)];
}
