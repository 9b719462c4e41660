import { batchLimits, type Stream } from '@cardwatch/contracts';
import { dayMs, hourMs, minuteMs } from '@cardwatch/kernel';

const kibi = 1024;
const mebi = 1024 * kibi;

/** Bounds of the journal that nobody configures. */
export const journalBounds = {
  /** One line, as a batch may carry it. */
  lineBytes: batchLimits.lineBytes,
  /** Lines and bytes of one call of `append`. */
  appendRecords: 4_096,
  appendBytes: mebi,
  /** Records and bytes of one commit: several calls together, or one large one. */
  commitRecords: 4_096,
  commitBytes: mebi,
  /** Lines that wait for their commit, per stream. */
  waitingBytes: 8 * mebi,
  /** Health that is written and not yet synced; reaching it syncs. */
  unsyncedBytes: mebi,
  /** Until what was hurried is durable. */
  hurryMs: 500,
  /** Kept for the frames of a commit; a larger commit has a buffer of its own. */
  writeBufferBytes: 128 * kibi,
  /** Largest segment file that is read back as a whole. */
  segmentFileBytes: 16 * mebi,
  /** From the base of a segment to its last number: three times as many as the largest file has room for. */
  segmentNumbers: 1024 * 1024,
  /** A read in the middle of a file. */
  readChunkBytes: 256 * kibi,
  /** Records between two known places (number, offset, hash) of a segment. */
  pointSpacing: 64,
  /** Of a segment that is neither written nor read. */
  keptPoints: 8,
  /** Numbers of a hole told in one slice. */
  holeNumbers: 4_096,
  quarantineBytes: 64 * mebi,
  ballastBytes: 64 * mebi,
  /** Free space that must be there before a full disk counts as well again. */
  recoverFreeBytes: mebi,
  smallestSegmentBytes: 64 * kibi,
} as const;

export interface CommitRule {
  /** A commit starts when this many records wait, */
  readonly records: number;
  /** or this many bytes, */
  readonly bytes: number;
  /** or this long after the first one began to wait. 0: at once. */
  readonly delayMs: number;
  /** fdatasync at every commit (0), or this long after the first unsynced write. */
  readonly syncDelayMs: number;
}

export interface JournalLimits {
  readonly commit: Readonly<Record<Stream, CommitRule>>;
  readonly segmentBytes: number;
  readonly segmentAgeMs: number;
  /** Acknowledged records that stay on disk for a collector restored from its backup; the oldest go first, and all of them under pressure. */
  readonly retainAckedBytes: Readonly<Record<Stream, number>>;
  /** The acknowledged position is written at most this often; losing it costs a re-send. */
  readonly ackedDelayMs: number;
  /** Every sealed segment is read again within the cycle, one a step. */
  readonly scrub: { readonly stepMs: number; readonly cycleMs: number };
  /** Starts that are tried again, with the back-off of `probe`, while a part of a file cannot be read; then it counts as damage. */
  readonly patientStarts: number;
  readonly probe: { readonly baseMs: number; readonly capMs: number };
  /** Shares of the budget; what is left beside the ballast is money's alone. */
  readonly eventShare: number;
  readonly healthShare: number;
  readonly ballastShare: number;
}

export const journalLimits: JournalLimits = {
  commit: {
    money: { records: 64, bytes: 64 * kibi, delayMs: 20, syncDelayMs: 0 },
    event: { records: 64, bytes: 64 * kibi, delayMs: 200, syncDelayMs: 0 },
    health: { records: 64, bytes: 64 * kibi, delayMs: 200, syncDelayMs: 15_000 },
  },
  segmentBytes: 4 * mebi,
  segmentAgeMs: 6 * hourMs,
  retainAckedBytes: { money: 256 * mebi, event: 16 * mebi, health: 4 * mebi },
  ackedDelayMs: 5_000,
  scrub: { stepMs: minuteMs, cycleMs: 7 * dayMs },
  patientStarts: 6,
  probe: { baseMs: 1_000, capMs: minuteMs },
  eventShare: 0.15,
  healthShare: 0.25,
  ballastShare: 0.1,
};
