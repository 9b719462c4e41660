import { cardOf, nameOf, personNoOf } from '@cardwatch/simulators';
import { describe, expect, it } from 'vitest';
import { huntCanaries } from './canaries.ts';

const found = (content: Buffer): readonly string[] => {
  const hunt = huntCanaries(800);
  hunt.look('here', content);
  return hunt.findings.map(({ what }) => what);
};
const escaped = (text: string): string =>
  text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

describe('a planted canary is found', () => {
  it.each([
    ['a full card number', Buffer.from(`{"card":"${cardOf(7)}"}`), `card ${cardOf(7)}`],
    ['a person number', Buffer.from(`person ${personNoOf(799)}.`), `person ${personNoOf(799)}`],
    ['a name in UTF-8', Buffer.from(`<name>${nameOf(42)}</name>`), `name ${nameOf(42)}`],
    ['a name escaped', Buffer.from(`{"name":"${escaped(nameOf(3))}"}`), `name ${nameOf(3)}`],
    ['a name in base64', Buffer.from(Buffer.from(`ab${nameOf(3)}cd`).toString('base64')), `name ${nameOf(3)}`],
    ['a picture', Buffer.from([1, 2, 0xff, 0xd8, 0xff, 0xe0, 0]), 'a JPEG picture'],
  ] as const)('%s', (_, content, what) => {
    expect(found(content)).toContain(what);
  });

  it('and a tail of a card, a hash or a time is none', () => {
    expect(found(Buffer.from(`${cardOf(7).slice(-4)} 0123456789abcdef0022000000000001a 1795406400000`))).toEqual([]);
  });
});
