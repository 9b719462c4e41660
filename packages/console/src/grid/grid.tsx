import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { isTyping } from './typing.ts';
import { gridLimits, scrollTo, tracksPx, windowOf } from './window.core.ts';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** A CSS grid track: `96px`, `minmax(160px, 1fr)`. */
  readonly track: string;
  readonly align?: 'end';
  /** What stands behind the title, e.g. the zone of a time. */
  readonly hint?: string;
  readonly cell: (row: T) => ReactNode;
  /** Given when the column can order the list. */
  readonly sort?: { readonly active: 'up' | 'down' | undefined; readonly toggle: () => void };
}

/** `note`: a line between two rows, such as a break in a chain. */
export type GridRow<T> =
  | { readonly type: 'row'; readonly key: string; readonly value: T; readonly dim?: boolean }
  | { readonly type: 'note'; readonly key: string; readonly note: ReactNode };

export interface GridProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly GridRow<T>[];
  /** What stands where the rows would be when there are none. */
  readonly empty: ReactNode;
  readonly foot?: ReactNode;
  readonly open?: (row: T) => void;
  readonly nearEnd?: () => void;
  readonly hold?: (isHeld: boolean) => void;
}

const nearEndRows = 30;
/** Padding of a row, left and right. */
const rowPaddingPx = 8;

const trackStyle = (columns: readonly { readonly track: string }[]): CSSProperties => {
  const tracks = columns.map((column) => column.track);
  return { '--columns': tracks.join(' '), '--least': `${tracksPx(tracks) + rowPaddingPx}px` } as CSSProperties;
};

/** A virtual table: fixed row height, at most `gridLimits.domRows` rows in the page, j/k/arrows move, Enter opens. */
export function Grid<T>(props: GridProps<T>) {
  const { columns, rows, nearEnd } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scrollPx: 0, heightPx: 600 });
  const [activeKey, setActiveKey] = useState<string>();
  const { first, end } = windowOf({ ...view, rows: rows.length });
  const active = rows.findIndex((row) => row.key === activeKey);

  useLayoutEffect(() => watchSize(box.current, setView), []);
  useEffect(() => {
    if (rows.length > 0 && end >= rows.length - nearEndRows) nearEnd?.();
  }, [end, rows.length, nearEnd]);
  useListKeys((move) => step(move));

  function step(move: Move): void {
    const next = nextRow(rows, active, move);
    const row = rows[next];
    if (row === undefined) return;
    setActiveKey(row.key);
    box.current?.scrollTo({ top: scrollTo(next, { ...view, heightPx: view.heightPx - gridLimits.rowPx }) });
    box.current?.focus({ preventScroll: true });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const row = rows[active];
    if (event.key === 'Enter' && event.target === box.current && row?.type === 'row') props.open?.(row.value);
    const move = moves[event.key];
    if (move === undefined || event.key === 'j' || event.key === 'k') return;
    event.preventDefault();
    step(move);
  }

  return (
    <div className="grid-frame">
      {/* The rows are reached by keyboard through the grid itself, which owns the focus. */}
      <div
        ref={box}
        className="grid"
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={active >= first && active < end ? `${id}-${active}` : undefined}
        tabIndex={0}
        style={trackStyle(columns)}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          const scrollPx = event.currentTarget.scrollTop;
          setView((old) => ({ ...old, scrollPx }));
        }}
        onPointerEnter={(event) => event.pointerType === 'mouse' && props.hold?.(true)}
        onPointerLeave={() => props.hold?.(false)}
      >
        <Head columns={columns} />
        {rows.length > 0 && (
          <div className="grid-body" role="rowgroup" style={{ height: rows.length * gridLimits.rowPx }}>
            {rows.slice(first, end).map((row, n) => (
              <Line
                key={row.key}
                id={`${id}-${first + n}`}
                row={row}
                at={first + n}
                columns={columns}
                isActive={row.key === activeKey}
                choose={() => setActiveKey(row.key)}
                open={props.open}
              />
            ))}
          </div>
        )}
      </div>
      {rows.length === 0 && <div className="grid-empty">{props.empty}</div>}
      {props.foot !== undefined && <div className="grid-foot">{props.foot}</div>}
    </div>
  );
}

function Head<T>({ columns }: { readonly columns: readonly Column<T>[] }) {
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

function Line<T>({ id, row, at, columns, isActive, choose, open }: LineProps<T>) {
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

type Move = 'next' | 'previous' | 'first' | 'last' | 'pageDown' | 'pageUp';

const moves: Readonly<Record<string, Move | undefined>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  Home: 'first',
  End: 'last',
  PageDown: 'pageDown',
  PageUp: 'pageUp',
};

const pageRows = 15;

function nextRow<T>(rows: readonly GridRow<T>[], active: number, move: Move): number {
  const far: Readonly<Record<Move, number>> = {
    next: active + 1,
    previous: active - 1,
    first: 0,
    last: rows.length - 1,
    pageDown: active + pageRows,
    pageUp: active - pageRows,
  };
  const wanted = Math.max(0, Math.min(rows.length - 1, far[move]));
  if (rows[wanted]?.type !== 'note') return wanted;
  return move === 'previous' || move === 'pageUp' ? Math.max(0, wanted - 1) : Math.min(rows.length - 1, wanted + 1);
}

/** j and k work wherever the focus is, as long as nobody writes. */
function useListKeys(go: (move: Move) => void): void {
  const latest = useRef(go);
  useEffect(() => {
    latest.current = go;
  });
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent): void => {
      if (isTyping(event) || (event.key !== 'j' && event.key !== 'k')) return;
      latest.current(event.key === 'j' ? 'next' : 'previous');
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

function watchSize(
  element: HTMLDivElement | null,
  set: (change: (old: { scrollPx: number; heightPx: number }) => { scrollPx: number; heightPx: number }) => void,
): (() => void) | undefined {
  if (element === null) return undefined;
  const observer = new ResizeObserver(() => set((old) => ({ ...old, heightPx: element.clientHeight })));
  observer.observe(element);
  return () => observer.disconnect();
}
