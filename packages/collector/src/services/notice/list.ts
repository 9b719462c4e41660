import type { BulkDto, NoticeDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { PageAsk, PageResult } from '../../store/read/roles.ts';
import type { NoticesAsk } from '../../store/watch/roles.ts';
import { order } from '../act.ts';
import { withinAreas } from '../alarm/list.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export const listNotices = ({ watch }: Watched, caller: Caller, ask: Omit<NoticesAsk, 'areas'>): Promise<PageResult<NoticeDto>> =>
  watch.notices(withinAreas(caller, ask));

/** Those that no channel could bring. */
export const listDeadNotices = (services: Watched, caller: Caller, ask: PageAsk): Promise<PageResult<NoticeDto>> =>
  listNotices(services, caller, { ...ask, state: 'failed' });

export interface ResendAsk {
  readonly noticeId: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

export async function resendNotice(
  services: Watched,
  caller: Caller,
  { noticeId, reason, idempotencyKey }: ResendAsk,
): Promise<Result<BulkDto, ServiceFailure>> {
  const known = await listNotices(services, caller, { noticeId, limit: 1 });
  if (!known.ok) return known;
  if (known.value.items.length === 0) return err({ kind: 'notFound', place: 'noticeId', value: noticeId });
  const act = { kind: 'resendNotice', noticeId, reason } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: noticeId, detail: { reason } });
  return done.ok ? ok({ changed: done.value.ids.length, refused: [...done.value.refused] }) : done;
}
