import type { EpochMs } from '@cardwatch/kernel';
import type { LiveDecoder, LiveItem } from '../gate/live-channel.ts';
import { type MultipartItem, MultipartParser } from '../web/multipart.core.ts';
import { decodeText } from '../web/xml-bytes.core.ts';
import { type DahuaBy, type DahuaPass, passOf } from './pass.core.ts';
import { stateEventOf } from './stream-event.core.ts';
import { type StreamEvent, streamEventsOf } from './text.core.ts';

export interface StreamReaders {
  readonly by: DahuaBy;
  readonly now: () => EpochMs;
  /** A pass was told; true when its record will be read, so that the pass itself is none. */
  readonly told: (pass: DahuaPass) => boolean;
}

/** The stream of eventManager, as items of a live channel. */
export function eventStream(contentType: string, readers: StreamReaders): LiveDecoder {
  const parser = new MultipartParser(contentType);
  const items = (found: readonly MultipartItem[]): readonly LiveItem[] => found.flatMap((item) => itemsOf(item, readers));
  return { feed: (bytes) => items(parser.feed(bytes)), end: () => items(parser.end()) };
}

function itemsOf(item: MultipartItem, readers: StreamReaders): readonly LiveItem[] {
  if (item.kind === 'broken') return [{ events: [], discardedParts: 0, broken: item.reason }];
  if (item.kind === 'discarded') return [{ events: [], discardedParts: 1 }];
  const text = decodeText(item.body)?.text;
  if (text === undefined) return [{ events: [], discardedParts: 0, broken: 'neither UTF-8 nor GB18030' }];
  return streamEventsOf(text).map((event) => itemOf(event, readers));
}

function itemOf(event: StreamEvent, { by, now, told }: StreamReaders): LiveItem {
  if (event.kind === 'heartbeat') return { events: [], discardedParts: 0 };
  if (event.kind === 'unreadable') return { events: [], discardedParts: 0, broken: event.reason };
  if (event.code !== 'AccessControl') {
    const state = stateEventOf(event, by.profile, now());
    return { events: state === undefined ? [] : [state], discardedParts: 0 };
  }
  const pass = passOf(event.data, by, 'stream', true);
  if (pass === undefined) return { events: [], discardedParts: 0, broken: 'a pass without a time' };
  return { events: told(pass) ? [] : [pass.event], discardedParts: pass.discarded };
}
