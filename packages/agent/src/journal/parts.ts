import type { Clock, Logger } from '@cardwatch/kernel';
import type { Disk } from '../ports.ts';
import type { Chain } from './chain.ts';
import type { FrameStamp } from './frame.core.ts';
import type { JournalLimits } from './limits.ts';

/** What every part of one journal shares. */
export interface JournalParts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Logger;
  readonly chain: Chain;
  /** First four bytes of SHA-256(agent id), as a little-endian number. */
  readonly agent: number;
  readonly limits: JournalLimits;
}

export const stampOf = (clock: Clock): FrameStamp => ({ wallMs: clock.now(), monoMs: clock.mono() });
