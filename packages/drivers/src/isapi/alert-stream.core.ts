import type { LiveDecoder, LiveItem } from '../gate/live-channel.ts';
import { type MultipartItem, MultipartParser } from '../web/multipart.core.ts';
import { htmlReason, isHtml, jsonFieldsOf } from '../web/text-kind.core.ts';
import { decodeText } from '../web/xml-bytes.core.ts';
import { describeXmlFailure, parseXml } from '../web/xml.core.ts';
import { type Alert, alertOf, fieldsOfXml } from './acs-event.core.ts';
import { type ReadBy, type Source, gateEventOf } from './gate-event.core.ts';

/** One alert out of a body or part; JSON or XML, told by its first character and not by its type, which is often wrong. */
export function alertOfBytes(bytes: Uint8Array): Alert {
  const text = decodeText(bytes)
    ?.text.replace(/^\uFEFF/, '')
    .trim();
  if (text === undefined) return { kind: 'unreadable', reason: 'neither UTF-8 nor GB18030' };
  if (text === '') return { kind: 'unreadable', reason: 'an empty part' };
  if (isHtml(text)) return { kind: 'unreadable', reason: htmlReason };
  if (!text.startsWith('<')) {
    const fields = jsonFieldsOf(text);
    return typeof fields === 'string' ? { kind: 'unreadable', reason: fields } : alertOf(fields);
  }
  const parsed = parseXml(text);
  if (!parsed.ok) return { kind: 'unreadable', reason: describeXmlFailure(parsed.error) };
  const fields = fieldsOfXml(parsed.value);
  return alertOf(parsed.value.name === 'EventNotificationAlert' ? fields : { [parsed.value.name]: fields });
}

/** What an alert is to the channel. */
export function itemOfAlert(alert: Alert, by: ReadBy, source: Source): LiveItem {
  switch (alert.kind) {
    case 'access':
      return { events: [gateEventOf(alert.event, by, source)], discardedParts: alert.event.discarded };
    case 'heartbeat':
    case 'other':
      return { events: [], discardedParts: 0 };
    case 'unreadable':
      return { events: [], discardedParts: 0, broken: alert.reason };
  }
}

/** The alertStream of a terminal. */
export function alertStream(contentType: string, by: ReadBy): LiveDecoder {
  const parser = new MultipartParser(contentType);
  const items = (found: readonly MultipartItem[]): readonly LiveItem[] =>
    found.map((item) => {
      if (item.kind === 'broken') return { events: [], discardedParts: 0, broken: item.reason };
      if (item.kind === 'discarded') return { events: [], discardedParts: 1 };
      return itemOfAlert(alertOfBytes(item.body), by, 'stream');
    });
  return {
    feed: (bytes) => items(parser.feed(bytes)),
    end: () => items(parser.end()),
  };
}
