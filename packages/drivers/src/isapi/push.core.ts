import { type MultipartItem, MultipartParser } from '../web/multipart.core.ts';
import type { LiveItem } from '../gate/live-channel.ts';
import { alertOfBytes, itemOfAlert } from './alert-stream.core.ts';
import type { ReadBy } from './gate-event.core.ts';

/** The body of one httpHosts post: an alert alone, or a form of an alert with its pictures. Pictures are thrown away. */
export function itemsOfPush(body: Uint8Array, contentType: string, by: ReadBy): readonly LiveItem[] {
  if (!/^multipart\//i.test(contentType)) return [itemOfAlert(alertOfBytes(body), by, 'push')];
  const parser = new MultipartParser(contentType);
  const found = [...parser.feed(body), ...parser.end()];
  return found.map((item) => itemOf(item, by));
}

function itemOf(item: MultipartItem, by: ReadBy): LiveItem {
  switch (item.kind) {
    case 'broken':
      return { events: [], discardedParts: 0, broken: item.reason };
    case 'discarded':
      return { events: [], discardedParts: 1 };
    case 'part':
      return itemOfAlert(alertOfBytes(item.body), by, 'push');
  }
}
