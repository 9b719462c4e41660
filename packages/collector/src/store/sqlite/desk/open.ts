import type { Desk, DeskFiles, DeskRole } from '../../desk/roles.ts';
import type { WatchReader } from '../../watch/roles.ts';
import { openSqliteOperations } from '../operations/operations.ts';
import { openSqlitePeople } from '../people/people.ts';
import { openSqliteReader } from '../read/reader.ts';
import { openSqliteWatchReader } from '../watch/open.ts';

/** The desk in this thread; `mono` is milliseconds that never step back. */
export function openDesk(files: DeskFiles, mono: () => number): Desk {
  const parts = [
    openSqliteReader(files.custody, mono, files.watch),
    openSqlitePeople(files.people),
    openSqliteOperations(files.custody),
  ] as const;
  const [reader, people, operations] = parts;
  let watch: WatchReader | undefined;
  const readWatch: DeskRole['readWatch'] = (name, args) => {
    watch ??= openSqliteWatchReader(files.watch, mono);
    return answer(watch, name, args);
  };
  const role: DeskRole & { close?: unknown } = { ...reader, ...people, ...operations, readWatch };
  delete role.close;
  return {
    role,
    close: async () => {
      for (const part of parts) part.close();
      await watch?.close();
    },
  };
}

/** Run-time guarantee: `args` are those of the method `name`, as `WatchQuestions` has typed them on the other side. */
function answer<K extends keyof WatchReader>(
  watch: WatchReader,
  name: K,
  args: Parameters<WatchReader[K]>,
): Promise<Awaited<ReturnType<WatchReader[K]>>> {
  const method = watch[name] as (...args: Parameters<WatchReader[K]>) => Promise<Awaited<ReturnType<WatchReader[K]>>>;
  return method(...args);
}
