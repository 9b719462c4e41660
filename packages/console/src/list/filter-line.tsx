import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Column } from '../grid/column.ts';
import { ColumnsButton, shownColumns } from './columns-button.tsx';
import { ExportButton } from './export-button.tsx';
import { ViewsButton } from './views-button.tsx';

/** Rows that one page of an export asks for. */
export const exportPageRows = 500;

interface ListToolsAsk<T> {
  /** Of the exported file. */
  readonly name: string;
  readonly columns: readonly Column<T>[];
  /** Stand in the sheet alone, after the others. */
  readonly sheetColumns?: readonly Column<T>[];
  /** Search parameter `hide` of the route. */
  readonly hide: string | undefined;
  readonly all: (signal: AbortSignal) => Promise<readonly T[]>;
}

export interface ListTools<T> {
  readonly shown: readonly Column<T>[];
  readonly buttons: ReactNode;
}

/** Export and columns of a list whose route has `hide` in its search. */
export function useListTools<T>({ name, columns, sheetColumns = [], hide, all }: ListToolsAsk<T>): ListTools<T> {
  const navigate = useNavigate();
  const shown = shownColumns(columns, hide);
  const change = (next: string | undefined): void =>
    void navigate({ to: '.', search: (old: object) => ({ ...old, hide: next }) as never });
  return {
    shown,
    buttons: (
      <>
        <ExportButton name={name} columns={[...shown, ...sheetColumns]} all={all} />
        <ColumnsButton columns={columns} hide={hide} change={change} />
      </>
    ),
  };
}

interface FilterLineProps {
  readonly tools: { readonly buttons: ReactNode };
  readonly children?: ReactNode;
}

/** Saved views left, export right, column chooser last. */
export function FilterLine({ tools, children }: FilterLineProps) {
  return (
    <div className="filters">
      <ViewsButton />
      {children}
      <span className="list-tools">{tools.buttons}</span>
    </div>
  );
}
