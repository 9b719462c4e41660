import { SeededRandom, intBetween, pick } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { decodeText, parseXmlBytes } from './xml-bytes.core.ts';
import { childrenOf, descendantsOf, describeXmlFailure, escapeXml, nodeAt, parseXml, textAt, xmlLimits } from './xml.core.ts';

const kindOf = (text: string, options = {}): string => {
  const parsed = parseXml(text, options);
  return parsed.ok ? 'ok' : parsed.error.kind;
};
const rootOf = (text: string) => {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(describeXmlFailure(parsed.error));
  return parsed.value;
};

describe('what is taken', () => {
  test('names lose their prefix and keep their namespace', () => {
    const root = rootOf('<?xml version="1.0"?><s:A xmlns:s="urn:s" xmlns="urn:d"><B s:k="1" j=\'2\'/><s:B/></s:A>');
    expect([root.name, root.namespace]).toEqual(['A', 'urn:s']);
    expect(childrenOf(root, 'B').map(({ namespace }) => namespace)).toEqual(['urn:d', 'urn:s']);
    expect([...(root.children[0]?.attributes ?? [])]).toEqual([
      ['k', '1'],
      ['j', '2'],
    ]);
  });

  test('values stay text', () => {
    const root = rootOf('<a><b>001</b><c>0x10</c><d> 12 </d><e/></a>');
    expect(['b', 'c', 'd', 'e'].map((name) => textAt(root, name))).toEqual(['001', '0x10', '12', undefined]);
  });

  test('the five entities, numeric references, character data and comments', () => {
    const root = rootOf('<a k="&quot;&apos;&#65;"><!-- <b> -->&lt;&amp;&gt;&#x4E2D;<![CDATA[<&>]]>&#128512;</a>');
    expect(root.text).toBe('<&>中<&>😀');
    expect(root.attributes.get('k')).toBe('"\'A');
    expect(rootOf(`<a>${escapeXml(`<&>"'`)}</a>`).text).toBe(`<&>"'`);
  });

  test('__proto__ and constructor are names like others', () => {
    const root = rootOf('<a __proto__="x"><__proto__><polluted>1</polluted></__proto__><constructor/></a>');
    expect(textAt(root, '__proto__', 'polluted')).toBe('1');
    expect(root.attributes.get('__proto__')).toBe('x');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('finders walk in document order', () => {
    const root = rootOf('<a><b><c>1</c></b><c>2</c><b><d><c>3</c></d></b></a>');
    expect(descendantsOf(root, 'c').map(({ text }) => text)).toEqual(['1', '2', '3']);
    expect(nodeAt(root, 'b', 'c')?.text).toBe('1');
    expect(nodeAt(root, 'b', 'x')).toBeUndefined();
  });
});

describe('what is refused', () => {
  test.each([
    ['', 'malformed'],
    ['plain text', 'malformed'],
    ['<a><b></b>', 'malformed'],
    ['<a><b></a></b>', 'malformed'],
    ['<a>1</a><b/>', 'malformed'],
    ['<a>1</a>tail', 'malformed'],
    ['<a k=1/>', 'malformed'],
    ['<a k="1" k="2"/>', 'malformed'],
    ['<a k="<"/>', 'malformed'],
    ['<a k="1"j="2"/>', 'malformed'],
    ['<a>&nbsp;</a>', 'malformed'],
    ['<a>1 & 2</a>', 'malformed'],
    ['<a>&#0;</a>', 'malformed'],
    ['<a>&#xD800;</a>', 'malformed'],
    ['<a>\u0000</a>', 'malformed'],
    ['<a><!-- open</a>', 'malformed'],
    ['<a><![CDATA[ open</a>', 'malformed'],
    ['<a', 'malformed'],
    ['<a></a', 'malformed'],
    ['< a/>', 'malformed'],
    ['<?xml version=\u201d1.0\u201d ?><a/>', 'malformed'],
    ['<a/><?xml version="1.0"?>', 'malformed'],
    ['<!DOCTYPE a><a/>', 'doctype'],
    ['<!doctype a [<!ENTITY x "y">]><a>&x;</a>', 'doctype'],
    ['<a><!ENTITY x "y"></a>', 'doctype'],
  ])('%j', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });

  test('every cut of a sound document', () => {
    const whole = '<?xml version="1.0"?><s:a xmlns:s="u"><b k="v">t&amp;<![CDATA[x]]></b><!-- c --></s:a>';
    let cuts = 0;
    for (let at = 0; at < whole.length; at++, cuts++) expect(kindOf(whole.slice(0, at))).not.toBe('ok');
    expect([cuts, kindOf(whole)]).toEqual([whole.length, 'ok']);
  });
});

describe('limits, at and beyond', () => {
  const nested = (levels: number): string => '<a>'.repeat(levels) + '</a>'.repeat(levels);

  test('depth', () => {
    expect(kindOf(nested(xmlLimits.depth))).toBe('ok');
    expect(kindOf(nested(xmlLimits.depth + 1))).toBe('tooDeep');
    expect(kindOf(nested(20_000))).toBe('tooDeep');
  });

  test('size', () => {
    const filled = (length: number): string => `<a>${'x'.repeat(length - 7)}</a>`;
    expect(kindOf(filled(xmlLimits.characters))).toBe('ok');
    expect(kindOf(filled(xmlLimits.characters + 1))).toBe('tooLarge');
  });

  test('elements and attributes', () => {
    expect(kindOf(`<a>${'<b/>'.repeat(9)}</a>`, { nodesMax: 10 })).toBe('ok');
    expect(kindOf(`<a>${'<b/>'.repeat(10)}</a>`, { nodesMax: 10 })).toBe('tooMany');
    const attributes = (count: number): string => `<a ${Array.from({ length: count }, (_, i) => `k${i}="1"`).join(' ')}/>`;
    expect(kindOf(attributes(xmlLimits.attributes))).toBe('ok');
    expect(kindOf(attributes(xmlLimits.attributes + 1))).toBe('tooMany');
  });
});

describe('bytes', () => {
  const gbk = Uint8Array.of(0x3c, 0x61, 0x3e, 0xc3, 0xc5, 0x3c, 0x2f, 0x61, 0x3e);

  test('UTF-8 strictly, GB18030 as the flagged second choice', () => {
    expect(decodeText(new TextEncoder().encode('门'))).toEqual({ text: '门', charset: 'utf-8' });
    const parsed = parseXmlBytes(gbk);
    expect(parsed.ok && [parsed.value.root.text, parsed.value.charset]).toEqual(['门', 'gb18030']);
  });

  test('bytes that are neither are refused, not replaced', () => {
    const parsed = parseXmlBytes(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e));
    expect(parsed.ok ? 'ok' : parsed.error.kind).toBe('charset');
  });
});

test('garbage never throws and never passes for a document it is not', () => {
  const random = new SeededRandom(7);
  const signs = '<>/!?&;"\'= aAxé[]-#CDT'.split('');
  let taken = 0;
  for (let i = 0; i < 20_000; i++) {
    let text = '';
    for (let left = intBetween(random, 0, 40); left > 0; left--) text += pick(random, signs);
    if (parseXml(text).ok) taken++;
  }
  expect(taken).toBeLessThan(200);
});
