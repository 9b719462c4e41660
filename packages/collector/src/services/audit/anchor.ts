import { type Clock, hourMs, type Logger } from '@cardwatch/kernel';
import type { PeopleRole } from '../../store/people/roles.ts';

export const anchorEveryMs = hourMs;

/**
 * Writes the trail's last number and hash into the log, at once and every hour. A chain cannot show by itself that its end was cut off; the log,
 * which lies elsewhere, can. Returns what ends it.
 */
export function anchorAudit({
  people,
  clock,
  log,
}: {
  readonly people: PeopleRole;
  readonly clock: Clock;
  readonly log: Logger;
}): () => void {
  let cancel: () => void = () => {};
  const anchor = async (): Promise<void> => {
    const page = await people.audit({ limit: 1 });
    const [last] = page.ok ? page.value.items : [];
    log.log('info', 'audit.anchor', { n: last?.n ?? 0, hash: last?.hash ?? '' });
  };
  const next = (): void => {
    anchor().catch((error: unknown) => log.log('error', 'audit.anchorFailed', { error: String(error) }));
    cancel = clock.after(anchorEveryMs, next);
  };
  next();
  return () => cancel();
}
