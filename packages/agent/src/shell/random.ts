import type { Random } from '@cardwatch/kernel';

/** The machine's randomness; jitter only, never keys. */
export const random: Random = { next: () => Math.random() };
