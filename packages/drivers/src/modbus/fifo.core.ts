/** Events out of a FIFO queue, as the profile lays them out. Pure. */
import { type Result, err, ok, toHex } from '@cardwatch/kernel';
import type { RawDeviceAlarm } from '../contract.ts';
import { clockFromText } from '../profile/clock-text.core.ts';
import { bytesOf, decodeValue } from './decode.core.ts';
import type { EventQueue } from './store-model.ts';

export interface QueuedEvent {
  readonly eventNo: number;
  readonly event: RawDeviceAlarm;
}

type Part = EventQueue['code'];

function partOf(raw: Uint8Array, part: Part): Result<number | string, string> {
  const decoded = decodeValue(part, raw.subarray(part.at, part.at + (bytesOf(part) ?? 0)));
  if (!decoded.ok) return decoded;
  return typeof decoded.value === 'number' || typeof decoded.value === 'string' ? ok(decoded.value) : err('no value');
}

const codeOf = (codes: EventQueue['codes'], code: number | string): EventQueue['codes'][string] | undefined =>
  codes[String(code)] ?? Object.entries(codes).find(([key]) => Number(key) === code)?.[1];

/** The whole events of a reply. The error says why what came is no queue of this model. */
export function eventsOf(queue: EventQueue, bytes: Uint8Array): Result<readonly QueuedEvent[], string> {
  const length = 2 * queue.words;
  if (bytes.length % length !== 0) return err(`${bytes.length} bytes are no whole events of ${length}`);
  const events: QueuedEvent[] = [];
  for (let at = 0; at < bytes.length; at += length) {
    const raw = bytes.subarray(at, at + length);
    const eventNo = partOf(raw, queue.eventNo);
    const code = partOf(raw, queue.code);
    const clock = partOf(raw, queue.clock);
    if (!eventNo.ok || typeof eventNo.value !== 'number') return err(`event ${toHex(raw)} has no number`);
    const observedText = clock.ok ? String(clock.value) : '';
    const meaning = code.ok ? codeOf(queue.codes, code.value) : undefined;
    const event: RawDeviceAlarm = {
      type: 'deviceAlarm',
      eventNo: eventNo.value,
      alarm: meaning?.alarm ?? 'unknown',
      active: meaning?.active ?? true,
      observedText,
      observedAt: clockFromText(observedText),
      ...(meaning === undefined ? { detail: `code ${code.ok ? String(code.value) : 'unreadable'}` } : {}),
    };
    events.push({ eventNo: eventNo.value, event });
  }
  return ok(events);
}

/** Whether the queue still holds anything of what was taken over. Numbers only rise within one reading. */
export const stillHolds = (events: readonly QueuedEvent[], newestTaken: number): boolean =>
  events.some(({ eventNo }) => eventNo === newestTaken);
