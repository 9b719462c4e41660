import type { ReactNode } from 'react';
import type { Say } from '../words/say.ts';

/** What stands in a list without rows: that it is being read; why it is empty; nothing where it could not be read, which the failure above it says. */
export function emptyOf(asked: { readonly isPending: boolean; readonly isError: boolean }, t: Say, none: ReactNode): ReactNode {
  if (asked.isError) return null;
  return asked.isPending ? t('list.loading') : none;
}
