import type { ReactNode } from 'react';
import type { Cell } from '../list/sheet.core.ts';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** A CSS grid track: `96px`, `minmax(160px, 1fr)`. */
  readonly track: string;
  readonly align?: 'end';
  /** What stands behind the title, e.g. the zone of a time. */
  readonly hint?: string;
  readonly cell: (row: T) => ReactNode;
  /** What an exported sheet holds of it; a column without one stays out of the sheet. Money and moments by `sheetMoney`, `sheetTime`, the zone in `hint`. */
  readonly text?: (row: T) => Cell;
  /** Always shown: the column chooser does not offer it. */
  readonly fixed?: boolean;
  /** Given when the column can order the list. */
  readonly sort?: { readonly active: 'up' | 'down' | undefined; readonly toggle: () => void };
}

/** `note`: a line between two rows, such as a break in a chain. */
export type GridRow<T> =
  | {
      readonly type: 'row';
      readonly key: string;
      readonly value: T;
      readonly dim?: boolean /** A row that belongs to the one above. */;
      readonly under?: boolean;
    }
  | { readonly type: 'note'; readonly key: string; readonly note: ReactNode };
