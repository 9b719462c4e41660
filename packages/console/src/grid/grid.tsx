import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Column, GridRow } from './column.ts';
import { Head, Line } from './line.tsx';
import { type Move, moves, nextRow } from './moves.ts';
import { allToggled, ranged, type Selection, toggled } from './selection.core.ts';
import { useKeys } from './use-keys.ts';
import { gridLimits, scrollTo, tracksPx, windowOf } from './window.core.ts';

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
  /** Rows can be marked: by box, by `x`, a range with Shift. */
  readonly marking?: Marking<T>;
  /** The row that the keyboard stands on has changed. Must be stable. */
  readonly stoodOn?: (row: T | undefined) => void;
  /** The grid's own element: focused, the keyboard stands on its row again. */
  readonly box?: RefObject<HTMLDivElement | null>;
}

export interface Marking<T> {
  readonly selection: Selection;
  readonly change: (selection: Selection) => void;
  /** What a row is called, for its box. */
  readonly nameOf: (row: T) => string;
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
  const { columns, rows, nearEnd, marking, stoodOn } = props;
  const id = useId();
  const own = useRef<HTMLDivElement>(null);
  const box = props.box ?? own;
  const [view, setView] = useState({ scrollPx: 0, heightPx: 600 });
  const [activeKey, setActiveKey] = useState<string>();
  const { first, end } = windowOf({ ...view, rows: rows.length });
  const active = rows.findIndex((row) => row.key === activeKey);
  const [stoodKey] = keysOf(rows.slice(active, active + 1));

  useLayoutEffect(() => watchSize(box.current, setView), [box]);
  useEffect(() => {
    if (rows.length > 0 && end >= rows.length - nearEndRows) nearEnd?.();
  }, [end, rows.length, nearEnd]);
  useKeys({
    j: { word: 'keys.down', act: () => step('next') },
    k: { word: 'keys.up', act: () => step('previous') },
    ...(marking === undefined ? {} : { x: { word: 'keys.select', act: () => stoodKey !== undefined && mark(stoodKey, false) } }),
  });
  const stood = rows[active];
  const stoodValue = stood?.type === 'row' ? stood.value : undefined;
  useEffect(() => stoodOn?.(stoodValue), [stoodValue, stoodOn]);

  function mark(key: string, isRange: boolean): void {
    if (marking === undefined) return;
    const { selection, change } = marking;
    change(isRange ? ranged(selection, keysOf(rows), key) : toggled(selection, key));
  }

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
        style={trackStyle(marking === undefined ? columns : [boxTrack, ...columns])}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          const scrollPx = event.currentTarget.scrollTop;
          setView((old) => ({ ...old, scrollPx }));
        }}
        onPointerEnter={(event) => event.pointerType === 'mouse' && props.hold?.(true)}
        onPointerLeave={() => props.hold?.(false)}
      >
        <Head
          columns={columns}
          {...(marking === undefined
            ? {}
            : {
                all: {
                  isMarked: rows.length > 0 && keysOf(rows).every((key) => marking.selection.keys.has(key)),
                  toggle: () => marking.change(allToggled(marking.selection, keysOf(rows))),
                },
              })}
        />
        <Body
          rows={rows}
          window={{ first, end }}
          columns={columns}
          id={id}
          activeKey={activeKey}
          choose={setActiveKey}
          open={props.open}
          marking={marking}
          mark={mark}
        />
      </div>
      {rows.length === 0 && <div className="grid-empty">{props.empty}</div>}
      {props.foot !== undefined && <div className="grid-foot">{props.foot}</div>}
    </div>
  );
}

interface BodyProps<T> {
  readonly rows: readonly GridRow<T>[];
  readonly window: { readonly first: number; readonly end: number };
  readonly columns: readonly Column<T>[];
  readonly id: string;
  readonly activeKey: string | undefined;
  readonly choose: (key: string) => void;
  readonly open: ((row: T) => void) | undefined;
  readonly marking: Marking<T> | undefined;
  readonly mark: (key: string, isRange: boolean) => void;
}

const boxTrack = { track: '28px' };

/** Keys of the rows that can be marked, top to bottom. */
const keysOf = <T,>(rows: readonly GridRow<T>[]): readonly string[] =>
  rows.flatMap((row) => (row.type === 'row' && row.under !== true ? [row.key] : []));

function Body<T>({ rows, window, columns, id, activeKey, choose, open, marking, mark }: BodyProps<T>) {
  if (rows.length === 0) return null;
  return (
    <div className="grid-body" role="rowgroup" style={{ height: rows.length * gridLimits.rowPx }}>
      {rows.slice(window.first, window.end).map((row, n) => (
        <Line
          key={row.key}
          id={`${id}-${window.first + n}`}
          row={row}
          at={window.first + n}
          columns={columns}
          isActive={row.key === activeKey}
          choose={() => choose(row.key)}
          open={open}
          box={
            marking === undefined || row.type !== 'row'
              ? undefined
              : row.under === true
                ? 'none'
                : {
                    isMarked: marking.selection.keys.has(row.key),
                    name: marking.nameOf(row.value),
                    toggle: (isRange) => mark(row.key, isRange),
                  }
          }
        />
      ))}
    </div>
  );
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
