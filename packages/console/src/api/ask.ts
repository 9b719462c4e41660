import type { EndpointName, ResponseOf } from '@cardwatch/contracts/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Client, InputOf } from './client.ts';

/** Verbs that answer a page and the cursor of the next. */
type Paged = {
  [K in EndpointName]: ResponseOf<K> extends { readonly items: readonly unknown[]; readonly nextCursor: string | null }
    ? K
    : never;
}[EndpointName];

/** How screens ask: one answer, or page after page. The first element of a key names what is asked for; live events dispatch on it. */
export function askOf(client: Client) {
  return {
    single: <K extends EndpointName>(key: readonly unknown[], name: K, input: InputOf<K>) =>
      queryOptions({ queryKey: key, queryFn: ({ signal }): Promise<ResponseOf<K>> => client.fetch(name, input, signal) }),
    paged: <K extends Paged>(key: readonly unknown[], name: K, inputAt: (cursor: { readonly cursor?: string }) => InputOf<K>) =>
      infiniteQueryOptions({
        queryKey: key,
        queryFn: ({ pageParam, signal }): Promise<ResponseOf<K>> =>
          client.fetch(name, inputAt(pageParam === undefined ? {} : { cursor: pageParam }), signal),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (last: { readonly nextCursor: string | null }) => last.nextCursor ?? undefined,
      }),
  };
}

export type Ask = ReturnType<typeof askOf>;
