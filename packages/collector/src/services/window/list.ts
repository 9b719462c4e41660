import type { WindowsDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

/** Those that are not over, in the order in which they begin. */
export async function listWindows({ watch, clock }: Watched): Promise<Result<WindowsDto, ServiceFailure>> {
  const now = clock.now();
  const { silences, windows, importantEvents } = await watch.settings();
  const first = (a: { readonly from: number }, b: { readonly from: number }): number => a.from - b.from;
  return ok({
    silences: silences.filter(({ to }) => to > now).toSorted(first),
    windows: windows
      .filter(({ to, weekly, until, endedAt }) => endedAt === null && (weekly ? until === null || until > now : to > now))
      .toSorted(first),
    importantEvents: importantEvents.filter(({ to }) => to > now).toSorted(first),
  });
}
