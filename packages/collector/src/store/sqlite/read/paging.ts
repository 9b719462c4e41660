import { ok } from '@cardwatch/kernel';
import { type CursorKey, type CursorShape, fingerprint, readCursor, writeCursor } from '../../read/cursor.core.ts';
import type { Page, PageAsk, PageResult } from '../../read/roles.ts';
import { readLimits } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';

export interface Question<T> {
  readonly name: string;
  readonly ask: PageAsk;
  readonly shape: CursorShape;
  /** Rows after `keys` (all rows when undefined), at most `limit`. */
  readonly rows: (keys: readonly CursorKey[] | undefined, limit: number) => Row[];
  readonly item: (row: Row) => T;
  readonly keys: (row: Row) => readonly CursorKey[];
}

/** One page by keyset: reads a row more than it gives, to know whether there is a next one. */
export function readPage<T>(connection: ReadConnection, question: Question<T>): PageResult<T> {
  const print = fingerprint(question.name, { ...question.ask });
  const after = question.ask.cursor === undefined ? ok(undefined) : readCursor(question.ask.cursor, print, question.shape);
  if (!after.ok) return after;
  const limit = Math.min(question.ask.limit, readLimits.pageRows);
  const rows = connection.limited(() => question.rows(after.value, limit + 1));
  return rows.ok ? ok(cut(question, rows.value, { limit, print })) : rows;
}

function cut<T>(question: Question<T>, rows: readonly Row[], at: { readonly limit: number; readonly print: number }): Page<T> {
  const shown = rows.slice(0, at.limit);
  const last = shown.at(-1);
  const more = rows.length > at.limit && last !== undefined;
  return { items: shown.map(question.item), nextCursor: more ? writeCursor(at.print, question.keys(last)) : null };
}
