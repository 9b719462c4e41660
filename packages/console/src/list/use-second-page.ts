import { useEffect } from 'react';

interface Paged {
  readonly data: { readonly pages: readonly unknown[] } | undefined;
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** The first page of a long list is short, so that it is there at once; the next one follows by itself. */
export function useSecondPage({ data, hasNextPage, isFetching, fetchNextPage }: Paged): void {
  const isDue = data?.pages.length === 1 && hasNextPage && !isFetching;
  useEffect(() => {
    if (isDue) void fetchNextPage();
  }, [isDue, fetchNextPage]);
}
