import { useWords } from '../words/words.tsx';
import type { Column, GridRow } from './column.ts';
import { gridLimits } from './window.core.ts';

interface HeadProps<T> {
  readonly columns: readonly Column<T>[];
  readonly all?: { readonly isMarked: boolean; readonly toggle: () => void };
}

/** The column heads; one that can order the list is a button. */
export function Head<T>({ columns, all }: HeadProps<T>) {
  const t = useWords();
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        {all !== undefined && (
          <div role="columnheader" className="cell box">
            <input type="checkbox" aria-label={t('list.selectAll')} checked={all.isMarked} onChange={all.toggle} />
          </div>
        )}
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
  /** `none`: its list marks rows, but not this one. */
  readonly box:
    | 'none'
    | undefined
    | { readonly isMarked: boolean; readonly name: string; readonly toggle: (isRange: boolean) => void };
}

/** One row, or the note that stands between two. */
export function Line<T>({ id, row, at, columns, isActive, choose, open, box }: LineProps<T>) {
  const t = useWords();
  const place = { id, role: 'row', 'aria-rowindex': at + 2, style: { top: at * gridLimits.rowPx } } as const;
  if (row.type === 'note')
    return (
      <div {...place} className="grid-row grid-note">
        <div role="gridcell" aria-colspan={columns.length}>
          {row.note}
        </div>
      </div>
    );
  const classes = [
    'grid-row',
    isActive && 'active',
    row.dim === true && 'dim',
    row.under === true && 'under',
    open !== undefined && 'openable',
  ];
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
      {box !== undefined && (
        <div role="gridcell" className="cell box">
          {box !== 'none' && (
            <input
              type="checkbox"
              aria-label={t('list.select', { name: box.name })}
              checked={box.isMarked}
              onChange={(event) => box.toggle(event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
            />
          )}
        </div>
      )}
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
  (target instanceof Element && target.closest('a, button, input') !== null) || (getSelection()?.toString() ?? '') !== '';
