const builtIn: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** The five built-in entities and numeric references (XML 1.0 section 4.1); undefined when there is any other, or a bare ampersand. */
export function decodeReferences(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let known = true;
  const decoded = text.replace(/&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,10})|([a-z]{2,4}));|&/g, (_whole, hex, decimal, name) => {
    const sign = typeof name === 'string' ? builtIn.get(name) : signOf(hex, decimal);
    known &&= sign !== undefined;
    return sign ?? '';
  });
  return known ? decoded : undefined;
}

function signOf(hex: unknown, decimal: unknown): string | undefined {
  const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : typeof decimal === 'string' ? Number(decimal) : 0;
  const allowed =
    code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd);
  return allowed || (code >= 0x10000 && code <= 0x10ffff) ? String.fromCodePoint(code) : undefined;
}
