import type { DecodeInput, Decoded, DecodedKeys, Decoder } from '../decode.ts';
import { rejectedAs } from '../gate/decoded.core.ts';
import { challengesOf, strongest } from '../web/digest.core.ts';
import { type HttpMessage, concat, httpMessageOf, looksLikeMessage } from '../web/message.core.ts';
import { htmlReason, isHtml, jsonFieldsOf } from '../web/text-kind.core.ts';
import { decodeText } from '../web/xml-bytes.core.ts';
import { describeXmlFailure, parseXml } from '../web/xml.core.ts';
import { alertOf, fieldsOfXml } from './acs-event.core.ts';
import { decodeAlert, decodeMultipart } from './decode-alert.core.ts';
import { decodeJsonDocument, decodePage, decodeXmlDocument } from './decode-document.core.ts';
import type { Source } from './gate-event.core.ts';

const limits = { bodyBytes: 2 * 1024 * 1024, streamBytes: 8 * 1024 * 1024 } as const;

/** A body of a reply or a post, XML or JSON or multipart; or a saved HTTP message with one. Told by what it is. */
export const decodeIsapi: Decoder = (input) => decodeAny(input, 'push');

/** A live stream, or a piece of one; `contentType` names the boundary, and another one on the wire is adopted. */
export const decodeAlertStream: Decoder = (input) => {
  const total = input.chunks.reduce((sum, { length }) => sum + length, 0);
  if (total > limits.streamBytes) return rejectedAs(`${total} bytes, at most ${limits.streamBytes}: too large`);
  if (total === 0) return rejectedAs('nothing there');
  const head = concat(input.chunks).subarray(0, 2_200);
  if (looksLikeMessage(head)) return decodeAny(input, 'stream');
  const contentType = multipartType(input.contentType);
  if (contentType === undefined && !startsWithDelimiter(head) && isDocument(head)) return decodeAny(input, 'stream');
  return decodeMultipart(
    { chunks: input.chunks, contentType: contentType ?? 'multipart/mixed; boundary=MIME_boundary', source: 'stream' },
    input,
  );
};

/** One post of a terminal (httpHosts): an alert, or a form of one with pictures. It is answered 200 once all of it is in custody. */
export const decodePush: Decoder = (input) => {
  const decoded = decodeAny(input, 'push');
  return decoded.frames.length === 0 ? decoded : { ...decoded, reply: 'HTTP/1.1 200 OK' };
};

const multipartType = (contentType: string | undefined): string | undefined =>
  contentType !== undefined && /^\s*multipart\//i.test(contentType) ? contentType : undefined;

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 2_200));
/** A boundary line and a header line behind it. */
const startsWithDelimiter = (head: Uint8Array): boolean => /^\s*--[^\r\n]{1,100}\r?\n[A-Za-z][A-Za-z0-9-]*:/.test(textOf(head));
const isDocument = (head: Uint8Array): boolean =>
  /^(?:\u00ef\u00bb\u00bf)?\s*[<{[]/.test(textOf(head)) && !/\n--[^\r\n]{1,100}\r?\n[A-Za-z-]+:/.test(textOf(head));

function decodeAny(input: DecodeInput, source: Source): Decoded {
  const total = input.chunks.reduce((sum, { length }) => sum + length, 0);
  if (total > limits.streamBytes) return rejectedAs(`${total} bytes, at most ${limits.streamBytes}: too large`);
  const bytes = concat(input.chunks);
  const message = httpMessageOf(bytes);
  if (message !== undefined && 'reason' in message) return rejectedAs(message.reason, message.atByte);
  if (message !== undefined) return decodeMessage(message, input, source);
  const declared = multipartType(input.contentType);
  if (declared === undefined && !startsWithDelimiter(bytes)) return decodeBody(bytes, input, source);
  return decodeMultipart({ chunks: [bytes], contentType: declared ?? 'multipart/mixed', source }, input);
}

function decodeMessage(message: HttpMessage, input: DecodeInput, source: Source): Decoded {
  const { status, body, bodyAt, encoding, headers } = message;
  if (encoding !== undefined)
    return rejectedAs(`a body with Content-Encoding ${encoding.slice(0, 20)}: compressed, not read here`, bodyAt);
  const login = status === 401 ? [challengeFrame(headers.get('www-authenticate'))] : [];
  if (body.length === 0) return emptyMessage(message, login);
  const contentType = multipartType(headers.get('content-type')?.[0]);
  const decoded =
    contentType === undefined && !startsWithDelimiter(body)
      ? decodeBody(body, input, source)
      : decodeMultipart({ chunks: [body], contentType: contentType ?? 'multipart/mixed', source }, input);
  const rejected = decoded.rejected.map(({ atByte, reason }) => ({ atByte: atByte + bodyAt, reason }));
  // The page that stands beside a refusal is for people.
  return status === 401 && decoded.frames.length === 0
    ? { ...decoded, frames: login, rejected: [] }
    : { ...decoded, frames: [...login, ...decoded.frames], rejected };
}

function emptyMessage({ status, method, url }: HttpMessage, login: readonly DecodedKeys[]): Decoded {
  if (login.length > 0) return { frames: login, observations: [], rejected: [] };
  if (method !== undefined)
    return { frames: [{ method, path: (url ?? '').split('?', 1)[0] ?? '' }], observations: [], rejected: [] };
  return status === 200 ? rejectedAs('an HTTP answer without a body') : { frames: [{ status }], observations: [], rejected: [] };
}

/** Which challenge a login answers: the strongest of those offered. */
function challengeFrame(offered: readonly string[] | undefined): DecodedKeys {
  const all = challengesOf(offered ?? []);
  const best = strongest(all);
  if (best === undefined) return { status: 401, choose: null, challenges: 0 };
  const { algorithm, realm, nonce, qop, stale } = best;
  return {
    status: 401,
    choose: algorithm,
    realm: realm.slice(0, 64),
    nonce: nonce.slice(0, 128),
    qop: qop ?? null,
    stale,
    challenges: all.length,
  };
}

function decodeBody(bytes: Uint8Array, input: DecodeInput, source: Source): Decoded {
  if (bytes.length > limits.bodyBytes) return rejectedAs(`${bytes.length} bytes, at most ${limits.bodyBytes}: too large`);
  const decoded = decodeText(bytes);
  if (decoded === undefined) return rejectedAs('bytes in no known encoding: neither UTF-8 nor GB18030');
  const text = decoded.text.trim();
  if (text === '') return rejectedAs('nothing there');
  if (isHtml(text)) return rejectedAs(htmlReason);
  const read = text.startsWith('<') ? decodeXml(text, input, source) : decodeJson(text, input, source);
  return decoded.charset === 'utf-8'
    ? read
    : { ...read, frames: read.frames.map((frame) => ({ ...frame, charset: decoded.charset })) };
}

function decodeJson(text: string, input: DecodeInput, source: Source): Decoded {
  const fields = jsonFieldsOf(text);
  if (typeof fields === 'string') return rejectedAs(fields);
  if (Object.hasOwn(fields, 'AcsEvent')) return decodePage(fields, input);
  const document = decodeJsonDocument(fields);
  if (document !== undefined) return document;
  const { event: _, ...decoded } = decodeAlert(alertOf(fields), input, source);
  return decoded;
}

function decodeXml(text: string, input: DecodeInput, source: Source): Decoded {
  const parsed = parseXml(text);
  if (!parsed.ok) return rejectedAs(describeXmlFailure(parsed.error), 'at' in parsed.error ? parsed.error.at : 0);
  const root = parsed.value;
  if (root.name === 'EventNotificationAlert' || root.name === 'AccessControllerEvent') {
    const fields = fieldsOfXml(root);
    const envelope = root.name === 'EventNotificationAlert' ? fields : { [root.name]: fields };
    const { event: _, ...decoded } = decodeAlert(alertOf(envelope), input, source);
    return decoded;
  }
  return decodeXmlDocument(root) ?? rejectedAs(`<${root.name.slice(0, 40)}>: XML, but no document that is known here`);
}
