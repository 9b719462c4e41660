import { type Result, err, ok } from '@cardwatch/kernel';
import { type XmlFailure, type XmlNode, type XmlOptions, parseXml, xmlLimits } from './xml.core.ts';

/** `gb18030`: the bytes are no UTF-8, or a document that says so itself. */
export interface DecodedText {
  readonly text: string;
  readonly charset: 'utf-8' | 'gb18030';
}

// Decoders keep no state between calls without `stream`.
const utf8 = new TextDecoder('utf-8', { fatal: true });
const gb18030 = new TextDecoder('gb18030', { fatal: true });

/** Strict UTF-8 first, then GB18030; undefined when the bytes are neither. Never a replacement character that was not there. */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const asUtf8 = strict(utf8, bytes);
  if (asUtf8 !== undefined) return { text: asUtf8, charset: 'utf-8' };
  const asGb = strict(gb18030, bytes);
  return asGb === undefined ? undefined : { text: asGb, charset: 'gb18030' };
}

function strict(decoder: typeof utf8, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export interface XmlDocument {
  readonly root: XmlNode;
  readonly charset: DecodedText['charset'];
}

export type XmlBytesFailure = XmlFailure | { readonly kind: 'charset' };

/** Bytes of a body to its root element. */
export function parseXmlBytes(bytes: Uint8Array, options: XmlOptions = {}): Result<XmlDocument, XmlBytesFailure> {
  const limit = options.charactersMax ?? xmlLimits.characters;
  if (bytes.length > limit * 3) return err({ kind: 'tooLarge', characters: bytes.length, limit });
  const decoded = decodeText(bytes);
  if (decoded === undefined) return err({ kind: 'charset' });
  const root = parseXml(decoded.text, options);
  return root.ok ? ok({ root: root.value, charset: decoded.charset }) : root;
}
