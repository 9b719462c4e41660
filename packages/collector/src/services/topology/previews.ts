/** Previews that were made and not imported yet: kept for a while, for who made them, in a bounded memory. */
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import type { RegisterPlan } from '../../core/register/index.core.ts';

export const previewLimits = {
  keptMs: 15 * minuteMs,
  count: 16,
  /** Edits of all of them; the oldest goes first. */
  edits: 60_000,
} as const;

export interface KeptPreview {
  readonly previewId: string;
  readonly actor: string;
  readonly plan: RegisterPlan;
  readonly digest: string;
  readonly expiresAt: number;
}

export class Previews {
  #kept: readonly KeptPreview[] = [];

  /** Gives when it runs out. */
  keep(preview: Omit<KeptPreview, 'expiresAt'>, now: EpochMs): number {
    const expiresAt = now + previewLimits.keptMs;
    const all = [...this.#kept.filter((each) => each.expiresAt > now), { ...preview, expiresAt }].slice(-previewLimits.count);
    let edits = all.reduce((sum, { plan }) => sum + plan.length, 0);
    while (all.length > 1 && edits > previewLimits.edits) edits -= all.shift()?.plan.length ?? 0;
    this.#kept = all;
    return expiresAt;
  }

  /** It stays until it runs out: the same import may be asked for again. */
  find(previewId: string, actor: string, now: EpochMs): KeptPreview | null {
    const found = this.#kept.find((each) => each.previewId === previewId && each.actor === actor);
    return found === undefined || found.expiresAt <= now ? null : found;
  }
}
