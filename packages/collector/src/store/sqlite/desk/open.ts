import type { Desk, DeskFiles, DeskRole } from '../../desk/roles.ts';
import { openSqliteOperations } from '../operations/operations.ts';
import { openSqlitePeople } from '../people/people.ts';
import { openSqliteReader } from '../read/reader.ts';

/** The desk in this thread; `mono` is milliseconds that never step back. */
export function openDesk(files: DeskFiles, mono: () => number): Desk {
  const parts = [
    openSqliteReader(files.custody, mono),
    openSqlitePeople(files.people),
    openSqliteOperations(files.custody),
  ] as const;
  const [reader, people, operations] = parts;
  const role: DeskRole & { close?: unknown } = { ...reader, ...people, ...operations };
  delete role.close;
  return {
    role,
    close: async () => {
      for (const part of parts) part.close();
    },
  };
}
