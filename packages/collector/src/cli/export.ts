import { commandLine } from '../services/caller.ts';
import { exportRecords } from '../services/record/export.ts';
import type { Terminal } from '../shell/terminal.ts';
import { failureWords } from './failure-words.ts';
import { withExistingStore } from './open.ts';

export interface ExportOptions {
  readonly data: string;
  readonly from: number;
  readonly to: number;
  readonly format: 'csv' | 'ndjson';
}

/** `export records` onto standard output. */
export async function exportVerb({ data, ...ask }: ExportOptions, terminal: Terminal): Promise<number> {
  const done = await withExistingStore(data, ({ services }) =>
    exportRecords(services, commandLine, { ask, write: (text) => terminal.outAll(text) }),
  );
  if (!done.ok) terminal.err(failureWords(done.error));
  return done.ok ? 0 : 1;
}
