/** What a text is that should have been XML or JSON, and what is wrong with it, in words for people. */
import { type Fields, isFields } from '../gate/fields.core.ts';

export const textKindLimits = { jsonDepth: 64 } as const;

/** A login page, an error page of a proxy: sent with 200 by devices that want a browser. */
export const isHtml = (text: string): boolean =>
  /^\s*(?:<!--[^>]{0,200}-->\s*)?<(?:!doctype\s+html|html|head|body)[\s>]/i.test(text.slice(0, 1_024));

export const htmlReason = 'HTML instead of XML or JSON: a login page, or another web server';

/** The object of a JSON text, or why it is none. */
export function jsonFieldsOf(text: string): Fields | string {
  const shape = shapeOfJson(text);
  if (shape.depth > textKindLimits.jsonDepth) return `JSON nested deeper than ${textKindLimits.jsonDepth}`;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : 'JSON, but no object';
  } catch {
    if (!/^\s*[{[]/.test(text)) return 'neither XML nor a JSON object';
    return shape.open ? 'truncated JSON' : 'damaged JSON';
  }
}

/** Deepest nesting, and whether something is still open at the end. */
function shapeOfJson(text: string): { readonly depth: number; readonly open: boolean } {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 92) at++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, ++depth);
    else if (code === 125 || code === 93) depth--;
  }
  return { depth: deepest, open: quoted || depth > 0 };
}
