import type { AgentId } from '@cardwatch/contracts';
import type { Clock, Logger } from '@cardwatch/kernel';
import type { Disk, Hasher } from '../ports.ts';
import { Chain } from './chain.ts';
import { viewOf } from './frame.core.ts';
import type { Journal } from './journal.ts';
import { type JournalLimits, journalLimits } from './limits.ts';
import { SegmentJournal } from './segment-journal.ts';

export interface JournalOptions {
  /** The journal's own folder; nobody else writes in it. */
  readonly disk: Disk;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly log: Logger;
  readonly agent: AgentId;
  readonly limits?: Partial<JournalLimits>;
  /** Bytes that the journal may take, ballast included; by default what the partition has for it. Quarantine comes on top. */
  readonly budgetBytes?: number;
}

/**
 * Opens the journal and recovers what is on the disk. Always resolves: damage becomes holes, and a disk that cannot be read or written
 * is tried again with back-off while appends fail with `storageFailed`.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { disk, clock, hasher, log } = options;
  const limits = { ...journalLimits, ...options.limits };
  const agent = agentHash(hasher, options.agent);
  const journal = new SegmentJournal({ disk, clock, log, chain: new Chain(hasher), agent, limits }, options.budgetBytes);
  await journal.start();
  return journal;
}

/** First four bytes of SHA-256(agent id), little-endian: whose segment a file is. */
export function agentHash(hasher: Hasher, agent: AgentId): number {
  return viewOf(hasher.sha256(new TextEncoder().encode(agent))).getUint32(0, true);
}
