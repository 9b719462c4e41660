/** Values out of what a device sent as JSON or XML: numbers may come as text, text as numbers, and anything may be missing. */

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

export function fieldsAt(fields: Fields | undefined, name: string): Fields | undefined {
  const value = fields === undefined ? undefined : own(fields, name);
  return isFields(value) ? value : undefined;
}

/** Items of a list; undefined when there is none. A single object counts as a list of one: XML knows no difference. */
export function listAt(fields: Fields, name: string): readonly unknown[] | undefined {
  const value = own(fields, name);
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value : [value];
}

/** Trimmed text of at most `charsMax` characters; undefined when missing, empty or longer. */
export function textAt(fields: Fields, name: string, charsMax = 64): string | undefined {
  const value = own(fields, name);
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' || text.length > charsMax ? undefined : text;
}

/** A whole number from 0 to 2^32-1, also as decimal text. */
export function count32At(fields: Fields, name: string): number | undefined {
  const value = own(fields, name);
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 0xffffffff ? number : undefined;
}

export function booleanAt(fields: Fields, name: string): boolean | undefined {
  const value = own(fields, name);
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** An object of a JSON text; undefined when it is none. Depth is bounded by the length of the text. */
export function fieldsOfJson(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
