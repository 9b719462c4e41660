export type { Disk, DiskFailure, DiskFile, Hasher } from '../ports.ts';
export type {
  Journal,
  JournalEntry,
  JournalFailure,
  JournalHealth,
  JournalHole,
  JournalSlice,
  StreamState,
} from './journal.ts';
export { type CommitRule, type JournalLimits, journalLimits } from './limits.ts';
export { type JournalOptions, openJournal } from './open.ts';
export {
  type ExportedEntry,
  exportJournal,
  type JournalProblem,
  type JournalReport,
  type LifeReport,
  verifyJournal,
} from './verify.ts';
