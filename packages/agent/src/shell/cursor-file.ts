import { CursorDocument, emptyCursors } from '../collect/cursor.ts';
import type { CursorStore } from '../ports.ts';
import { documentFile } from './durable-file.ts';

/** Cursors in one JSON file. */
export const cursorFile = (path: string): CursorStore => documentFile(path, CursorDocument, emptyCursors);
