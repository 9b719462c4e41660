import { exportRowsMax } from './export-button.tsx';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Page after page to the end of the list, at most `exportRowsMax` rows. */
export async function allPages<T>(page: (cursor: { readonly cursor?: string }) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const got = await page(cursor === undefined ? {} : { cursor });
    items.push(...got.items);
    cursor = got.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < exportRowsMax);
  return items.slice(0, exportRowsMax);
}
