/** Our parser beside fast-xml-parser: what that one's validator refuses we refuse, and what both take reads the same. */
import { SeededRandom, chance, intBetween, pick } from '@cardwatch/kernel';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { type XmlNode, escapeXml, parseXml } from './xml.core.ts';

const peer = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
});

/** A tree as nested lists, so that both can be compared. */
type Plain = readonly [name: string, attributes: Readonly<Record<string, string>>, text: string, children: readonly Plain[]];

const ours = ({ name, attributes, text, children }: XmlNode): Plain => [
  name,
  Object.fromEntries(attributes),
  text,
  children.map(ours),
];

function theirs(node: Readonly<Record<string, unknown>>): Plain {
  const name = Object.keys(node).find((key) => key !== ':@') ?? '';
  const inside = node[name] as readonly Readonly<Record<string, unknown>>[];
  const text = inside.map((each) => ('#text' in each ? String(each['#text']) : '')).join('');
  const attributes = (node[':@'] ?? {}) as Readonly<Record<string, string>>;
  return [name, attributes, text, inside.filter((each) => !('#text' in each)).map(theirs)];
}

function document(random: SeededRandom, depth: number): string {
  const name = pick(random, ['a', 'b-1', 'Umlaut', '中文', '_x.y']);
  const attributes = chance(random, 0.4) ? ` k="${escapeXml(pick(random, ['', '1', "it's", '<&>']))}"` : '';
  const text = (): string => (chance(random, 0.5) ? escapeXml(pick(random, ['001', ' 0x10 ', '门', 'a&b<c>', '-'])) : '');
  const comment = chance(random, 0.2) ? '<!-- c -->' : '';
  const count = depth === 0 ? 0 : intBetween(random, 0, 3);
  if (count === 0 && chance(random, 0.3)) return `<${name}${attributes}/>`;
  const children = Array.from({ length: count }, () => `${document(random, depth - 1)}${text()}`).join('');
  return `<${name}${attributes}>${text()}${comment}${children}</${name}>`;
}

test('2,000 made-up documents are read the same', () => {
  const random = new SeededRandom(17);
  let compared = 0;
  for (let round = 0; round < 2_000; round++) {
    const text = document(random, 4);
    const parsed = parseXml(text);
    if (!parsed.ok) throw new Error(`${parsed.error.kind}: ${text}`);
    const [other] = peer.parse(text) as Readonly<Record<string, unknown>>[];
    expect(ours(parsed.value)).toEqual(other === undefined ? undefined : theirs(other));
    compared++;
  }
  expect(compared).toBe(2_000);
});

test('of 20,000 damaged ones, none that the validator refuses is taken', () => {
  const random = new SeededRandom(18);
  const wrong: string[] = [];
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = document(random, 3);
    const at = intBetween(random, 0, text.length - 1);
    const damaged =
      text.slice(0, at) + pick(random, ['', '<', '>', '"', '/', '</a>']) + text.slice(at + intBetween(random, 0, 2));
    if (XMLValidator.validate(damaged) === true) continue;
    refused++;
    if (parseXml(damaged).ok) wrong.push(damaged);
  }
  expect(refused).toBeGreaterThan(5_000);
  expect(wrong).toEqual([]);
});
