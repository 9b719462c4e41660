/** Links by which the reader of a message takes its alarm, and messages that a person sends once more. */
import type { Alarm, Notice } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, err, type Logger, ok } from '@cardwatch/kernel';
import { type Book, openAlarm } from '../../core/alarm/book.core.ts';
import { acknowledgeMsMax } from '../../core/alarm/handling.step.ts';
import { type AckRefusal, ackToken, readAckToken } from '../../core/notify/ack-link.core.ts';
import { acknowledgedNotice } from '../../core/notify/delivery.step.ts';
import type { DeskView, NotifyDesk } from '../../core/notify/desk.core.ts';
import { route, type Roster } from '../../core/notify/route.core.ts';
import { linkLimits, linkUseKey } from '../../core/notify/link-ring.core.ts';
import type { ActFailure } from '../../core/watch/act.core.ts';
import type { LinkKeys, LinkReader } from '../../shell/watch-key.ts';
import type { WatchStore } from '../../store/watch/roles.ts';
import { handleAlarms } from './alarms.ts';
import { type ActOf, doneWith, type Worked } from './work.ts';

const silent: ReadonlySet<Notice['reason']> = new Set(['cleared', 'digest', 'test']);

export interface LinkParts {
  /** Undefined: this watch signs none. */
  readonly keys: LinkKeys | undefined;
  readonly publicUrl: string | undefined;
  /** Told when there is no key to sign with. */
  readonly log?: Logger;
}

/**
 * Address of the page behind a message, for the alarm that it tells. Null: nothing to acknowledge, no public address, or no key to sign with. Every
 * try of one notice has a link of the same use: two copies of a message are used once.
 */
export function linkOf(
  { keys, publicUrl, log }: LinkParts,
  { notice, alarmId }: { readonly notice: Notice; readonly alarmId: string },
  now: EpochMs,
): string | null {
  if (keys === undefined || publicUrl === undefined || silent.has(notice.reason)) return null;
  const key = keys.signing(now);
  if (!key.ok) {
    log?.log('warn', 'watch.links', { problem: key.error.kind, file: key.error.file });
    return null;
  }
  const { noticeId, recipient } = notice;
  const expiresAt = epochMs(now + linkLimits.lifeMs);
  const token = ackToken({ tokenId: noticeId, alarmId, recipient, noticeId, issuedAt: now, expiresAt }, key.value);
  return `${publicUrl.replace(/\/$/, '')}/a/${token}`;
}

export interface LinkGround {
  readonly book: Book;
  readonly store: WatchStore;
  readonly settings: Roster;
  readonly links: LinkReader;
}

/** Acknowledges in the name of the recipient, for as long as the alarm's policy says. The use of the link is kept with what it did; a link whose move is refused is not used up. */
export async function acknowledgeByLink(
  { book, store, settings, links }: LinkGround,
  act: ActOf<'acknowledgeByLink'>,
  now: EpochMs,
): Promise<Worked> {
  const proof = links.proof();
  if (!proof.ok) return err({ kind: 'link', why: 'unknown' });
  const read = readAckToken(act.token, { ...proof.value, isUsed: () => false }, now);
  if (!read.ok) return err(linkFailure(read.error));
  const { tokenId, alarmId, noticeId, recipient } = read.value;
  const useKey = linkUseKey(tokenId);
  if ((await store.actDone(useKey)) !== null) return err({ kind: 'link', why: 'used' });
  const stored = await storedOf({ book, store }, alarmId);
  const alarm = openAlarm(book, alarmId as Alarm['alarmId']) ?? stored.get(alarmId);
  if (alarm === undefined) return err({ kind: 'link', why: 'unknown' });
  const forMs = Math.min(acknowledgeMsMax, route(alarm, settings, now).policy.acknowledgeForMs);
  const moved = handleAlarms(book, stored, moveOf(act, { alarm, recipient, forMs }), now);
  if (!moved.ok) return moved;
  const { done, change = {} } = moved.value;
  const [refused] = done.refused;
  if (refused !== undefined) return err({ kind: 'refused', why: refused.why });
  const notices = await noticesOf(store, noticeId);
  const acts = [{ idempotencyKey: useKey, at: now, result: JSON.stringify({ kind: 'linkUsed', done }) }];
  const seen = notices.map((notice) => acknowledgedNotice(notice, recipient, now)).filter((notice) => !notices.includes(notice));
  return ok({ ...moved.value, change: { ...change, acts, notices: seen } });
}

function moveOf(
  { at, idempotencyKey }: ActOf<'acknowledgeByLink'>,
  { alarm, recipient, forMs }: { readonly alarm: Alarm; readonly recipient: string; readonly forMs: number },
): ActOf<'handleAlarms'> {
  const move = { type: 'acknowledge', forMs } as const;
  return { kind: 'handleAlarms', alarmIds: [alarm.alarmId], move, note: 'link', by: recipient, at, idempotencyKey };
}

async function storedOf({ book, store }: Pick<LinkGround, 'book' | 'store'>, alarmId: string): Promise<Map<string, Alarm>> {
  const rows = openAlarm(book, alarmId as Alarm['alarmId']) === undefined ? await store.alarmsById([alarmId]) : [];
  return new Map(rows.map((alarm) => [alarm.alarmId, alarm]));
}

async function noticesOf(store: WatchStore, noticeId: string): Promise<readonly Notice[]> {
  const page = await store.notices({ noticeId, limit: 1 });
  return page.ok ? page.value.items : [];
}

export function linkFailure(refusal: AckRefusal): Extract<ActFailure, { kind: 'link' }> {
  if (refusal.kind === 'used' || refusal.kind === 'expired') return { kind: 'link', why: refusal.kind };
  return { kind: 'link', why: 'unknown' };
}

/** A message that failed for good is queued again, by its own channel alone; the next tick sends it. */
export async function resendNotice(
  { store, desk, view }: { readonly store: WatchStore; readonly desk: NotifyDesk; readonly view: DeskView },
  { noticeId }: ActOf<'resendNotice'>,
  now: EpochMs,
): Promise<Worked> {
  const [notice] = await noticesOf(store, noticeId);
  if (notice === undefined) return err({ kind: 'notFound', what: 'noticeId', id: noticeId });
  const queued = desk.resend(notice, view, now);
  if (!queued.ok) return err({ kind: 'refused', why: queued.error.why });
  return ok({ done: doneWith(noticeId), change: queued.value.change });
}
