import type { Column, GridRow } from './column.ts';
import { gridLimits } from './window.core.ts';

/** The column heads; one that can order the list is a button. */
export function Head<T>({ columns }: { readonly columns: readonly Column<T>[] }) {
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        {columns.map((column) => (
          <div
            key={column.key}
            role="columnheader"
            className={column.align === 'end' ? 'cell end' : 'cell'}
            aria-sort={column.sort?.active === undefined ? undefined : column.sort.active === 'up' ? 'ascending' : 'descending'}
          >
            {column.sort === undefined ? (
              column.title
            ) : (
              <button type="button" className="head-button" onClick={column.sort.toggle}>
                {column.title}
                <span aria-hidden="true">
                  {column.sort.active === undefined ? '' : column.sort.active === 'up' ? ' ↑' : ' ↓'}
                </span>
              </button>
            )}
            {column.hint !== undefined && <span className="head-hint"> {column.hint}</span>}
          </div>
        ))}
      </div>
    </div>
  );
}

interface LineProps<T> {
  readonly id: string;
  readonly row: GridRow<T>;
  readonly at: number;
  readonly columns: readonly Column<T>[];
  readonly isActive: boolean;
  readonly choose: () => void;
  readonly open: ((row: T) => void) | undefined;
}

/** One row, or the note that stands between two. */
export function Line<T>({ id, row, at, columns, isActive, choose, open }: LineProps<T>) {
  const place = { id, role: 'row', 'aria-rowindex': at + 2, style: { top: at * gridLimits.rowPx } } as const;
  if (row.type === 'note')
    return (
      <div {...place} className="grid-row grid-note">
        <div role="gridcell" aria-colspan={columns.length}>
          {row.note}
        </div>
      </div>
    );
  const classes = ['grid-row', isActive && 'active', row.dim === true && 'dim', open !== undefined && 'openable'];
  return (
    <div
      {...place}
      aria-selected={isActive}
      className={classes.filter(Boolean).join(' ')}
      onClick={(event) => {
        choose();
        if (!isOwnControl(event.target)) open?.(row.value);
      }}
    >
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className={column.align === 'end' ? 'cell end' : 'cell'}>
          {column.cell(row.value)}
        </div>
      ))}
    </div>
  );
}

/** A link or button in a row acts for itself; selected text is being copied, not opened. */
const isOwnControl = (target: EventTarget): boolean =>
  (target instanceof Element && target.closest('a, button') !== null) || (getSelection()?.toString() ?? '') !== '';
