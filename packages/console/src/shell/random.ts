import type { Random } from '@cardwatch/kernel';

export const browserRandom: Random = { next: () => Math.random() };
