import type { BulkDto, NoticeDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { PageAsk, PageResult } from '../../store/read/roles.ts';
import type { NoticesAsk } from '../../store/watch/roles.ts';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export const listNotices = ({ watch }: Watched, ask: NoticesAsk): Promise<PageResult<NoticeDto>> => watch.notices(ask);

/** Those that no channel could bring. */
export const listDeadNotices = ({ watch }: Watched, ask: PageAsk): Promise<PageResult<NoticeDto>> =>
  watch.notices({ ...ask, state: 'failed' });

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
  const act = { kind: 'resendNotice', noticeId, reason } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: noticeId, detail: { reason } });
  return done.ok ? ok({ changed: done.value.ids.length, refused: [...done.value.refused] }) : done;
}
