import type { WindowsDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

/** Those that are not over, or all that are kept, in the order in which they begin. */
export async function listWindows(
  { watch, clock }: Watched,
  { ended = false }: { readonly ended?: boolean | undefined } = {},
): Promise<Result<WindowsDto, ServiceFailure>> {
  const now = clock.now();
  const { silences, windows, importantEvents } = await watch.settings();
  const first = (a: { readonly from: number }, b: { readonly from: number }): number => a.from - b.from;
  return ok({
    silences: silences.filter(({ to }) => ended || to > now).toSorted(first),
    windows: windows
      .filter(
        ({ to, weekly, until, endedAt }) => ended || (endedAt === null && (weekly ? until === null || until > now : to > now)),
      )
      .toSorted(first),
    importantEvents: importantEvents.filter(({ to }) => ended || to > now).toSorted(first),
  });
}
