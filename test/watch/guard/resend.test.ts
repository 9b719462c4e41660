/** A dead letter from its failure to the word that it is over, through the work of the act and a real file of the watch. */
import { epochMs, err, ok, SeededRandom } from '@cardwatch/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Transition } from '../../../packages/collector/src/core/alarm/transition.core.ts';
import { type DeskView, NotifyDesk } from '../../../packages/collector/src/core/notify/desk.core.ts';
import type { DeskOut } from '../../../packages/collector/src/core/notify/desk-rows.core.ts';
import { resendNotice } from '../../../packages/collector/src/runner/acts/links.ts';
import { alarm, at, person, policy } from '../notify/campus-desk.ts';
import { keptStore, type Kept, uuid } from '../store/rows.ts';

const burning = alarm(1, { since: at(9), foundAt: at(9), raisedAt: at(9) });
const zhang = person('zhang', 'sms');
const policies = [policy({ policyId: 'all', levels: [1], channels: ['sms'] })];
const view = (alarms: readonly (typeof burning)[] = [burning]): DeskView => ({
  roster: { policies, recipients: [zhang], shifts: [], importantEvents: [] },
  alarms: new Map(alarms.map((each) => [each.alarmId as string, each])),
});

let kept: Kept;
let desk: NotifyDesk;
beforeEach(() => {
  kept = keptStore();
  let id = 100;
  desk = new NotifyDesk({ newId: () => uuid(++id), random: new SeededRandom(1), limitsOf: () => undefined });
});
afterEach(() => kept.remove());

const keep = async (out: DeskOut): Promise<DeskOut> => {
  await kept.store.commit(out.change);
  return out;
};
const answer = (noticeId: string, well: boolean, second: number): Promise<DeskOut> => {
  const failure = { kind: 'refused', code: null, detail: '', retryAfterMs: null } as const;
  const said = well ? ok({ providerId: null, state: 'sent' as const }) : err(failure);
  return keep(desk.answered(noticeId, { answer: said, latencyMs: 1 }, view(), at(9, 0, second)));
};
const resend = (noticeId: string, second: number, seen = view()): ReturnType<typeof resendNotice> =>
  resendNotice(
    { store: kept.store, desk, view: seen },
    { kind: 'resendNotice', noticeId, reason: '短信网关已恢复', by: 'manager', at: at(9), idempotencyKey: uuid(9) },
    at(9, 0, second),
  );

/** Raised at 9:00, told by a channel that refuses it for good. */
async function deadLetter(): Promise<string> {
  const raised: Transition = { kind: 'raised', no: 1, alarm: burning, at: at(9) };
  await keep(desk.transitions([raised], view(), at(9)));
  await keep(desk.tick(view(), at(9, 0, 3)));
  const { sends } = await keep(desk.tick(view(), at(9, 0, 4)));
  const noticeId = sends[0]?.notice.noticeId ?? (await firstNotice());
  const { dead } = await answer(noticeId, false, 5);
  expect(dead.map(({ notice }) => notice.noticeId)).toEqual([noticeId]);
  return noticeId;
}
async function firstNotice(): Promise<string> {
  const page = await kept.store.notices({ limit: 10 });
  return page.ok ? String(page.value.items[0]?.noticeId) : '';
}

test('goes out again under its id, and its reader is told when it is over', async () => {
  const noticeId = await deadLetter();
  const worked = await resend(noticeId, 30);
  expect(worked.ok && worked.value.done).toEqual({ ids: [noticeId], refused: [] });
  await kept.store.commit((worked.ok ? worked.value.change : undefined) ?? {});
  const { sends } = await keep(desk.tick(view(), at(9, 0, 31)));
  expect(sends.map(({ notice }) => notice.noticeId)).toEqual([noticeId]);
  await answer(noticeId, true, 32);
  const found = await kept.store.notices({ noticeId, limit: 10 });
  expect(found.ok && found.value.items.map(({ state, attempts }) => [state, attempts.map(({ outcome }) => outcome)])).toEqual([
    ['sent', ['refused', 'sent']],
  ]);
  const over = { ...burning, condition: 'cleared' as const, clearedAt: epochMs(at(9, 1)) };
  const cleared = await keep(desk.transitions([{ kind: 'cleared', no: 2, alarm: over, at: at(9, 1) }], view([]), at(9, 1)));
  expect(cleared.change.notices.map(({ reason, recipient }) => `${reason} ${recipient}`)).toEqual(['cleared zhang']);
});

test.each([
  ['no such notice', () => Promise.resolve(uuid(77)), view(), { kind: 'notFound', what: 'noticeId', id: uuid(77) }],
  ['over meanwhile', deadLetter, view([]), { kind: 'refused', why: 'cleared' }],
] as const)('%s: refused with why', async (_what, make, seen, error) => {
  expect(await resend(await make(), 30, seen)).toEqual({ ok: false, error });
});

test('one that waits already is refused: nothing goes out twice', async () => {
  const noticeId = await deadLetter();
  const first = await resend(noticeId, 30);
  await kept.store.commit((first.ok ? first.value.change : undefined) ?? {});
  expect(await resend(noticeId, 31)).toEqual({ ok: false, error: { kind: 'refused', why: 'notFailed' } });
});
