/** Gaps of a device on the event stream: told when they are found, closed when they are filled. */
import type { DeviceGap, DeviceId } from '@cardwatch/contracts';
import { ok, type Result } from '@cardwatch/kernel';
import { lineOf } from '../report/line.ts';
import type { DeviceCursor } from './cursor.ts';
import type { CustodyFailure, CustodyParts } from './custody.ts';
import { type FilledPiece, markAnnounced, toAnnounce } from './gap.core.ts';

export const appendLimits = { linesPerAppend: 128 } as const;

/** Durable when it resolves; in pieces, so that a long list of one device does not hold up the others. */
export async function appendLines(
  stream: 'money' | 'event',
  lines: readonly Uint8Array[],
  { journal, guard }: Pick<CustodyParts, 'journal' | 'guard'>,
): Promise<Result<void, CustodyFailure>> {
  for (let at = 0; at < lines.length; at += appendLimits.linesPerAppend) {
    const appended = await journal.append(stream, lines.slice(at, at + appendLimits.linesPerAppend));
    if (!appended.ok) {
      if (appended.error.kind !== 'noEpoch' && appended.error.kind !== 'closed') guard.sawFailure(appended.error.kind);
      return appended;
    }
  }
  return ok(undefined);
}

const nothingToWrite: Result<void, never> = ok(undefined);

/** Puts new gaps and filled ones into the event stream. What could not be written stays unannounced in the cursor and is tried again. */
export async function announce(
  deviceId: DeviceId,
  cursor: DeviceCursor,
  filled: readonly FilledPiece[],
  caughtUp: boolean,
  parts: CustodyParts,
): Promise<DeviceCursor> {
  const now = parts.clock.now();
  const found = toAnnounce(cursor, caughtUp, now);
  const event = (gap: FilledPiece['gap'], from: number, to: number): DeviceGap => ({
    type: 'gap',
    deviceId,
    generation: gap.generation,
    from,
    to,
    cause: gap.cause,
    // An estimate is of the whole gap; of a part that was filled the amount is in the ledger.
    ...(gap.estimateFen === undefined || from !== gap.from || to !== gap.to ? {} : { estimateFen: gap.estimateFen }),
    observedAt: now,
    recordedAt: now,
  });
  const opened = found.map((gap) => event(gap, gap.from, gap.to));
  const closed = filled
    .filter(({ gap }) => gap.announced)
    .map(({ gap, from, to }): DeviceGap => ({ ...event(gap, from, to), closedBy: 'recollected' }));
  const lines = [...opened, ...closed].map(lineOf);
  const written = await (lines.length === 0 ? nothingToWrite : appendLines('event', lines, parts));
  return written.ok ? markAnnounced(cursor, found) : cursor;
}
