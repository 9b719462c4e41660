import { describe, expect, test } from 'vitest';
import { ReadSpec } from './model.ts';
import { type Block, type Item, planReads, splitBlock } from './plan.core.ts';

/** `h5` holding register 5, `i5:2` two input registers from 5. */
const item = (text: string): Item => {
  const [place = '', registers = '1'] = text.split(':');
  const as = registers === '2' ? 'u32' : 'u16';
  const table = place.startsWith('h') ? 'holding' : 'input';
  return { name: text, read: ReadSpec.parse({ table, address: Number(place.slice(1)), as }) };
};

const items = (text: string): Item[] => text.split(' ').filter(Boolean).map(item);
const told = (blocks: readonly Block[]): string =>
  blocks.map((block) => `${block.table.charAt(0)}${block.address}+${block.registers}(${block.items.length})`).join(' ');

describe('reads of one task', () => {
  test.each([
    ['', 8, 125, ''],
    ['h5', 8, 125, 'h5+1(1)'],
    ['h7 h5 h6', 8, 125, 'h5+3(3)'],
    ['h5 h5 h5:2', 8, 125, 'h5+2(3)'],
    ['h5 h14', 8, 125, 'h5+10(2)'],
    ['h5 h15', 8, 125, 'h5+1(1) h15+1(1)'],
    ['h5 h7', 0, 125, 'h5+1(1) h7+1(1)'],
    ['h5 i6', 8, 125, 'h5+1(1) i6+1(1)'],
    ['h0 h1 h2:2 h4', 8, 4, 'h0+4(3) h4+1(1)'],
    ['h0:2 h1:2 h2:2', 8, 3, 'h0+3(2) h2+2(1)'],
  ])('%s with holes of %i, blocks of %i', (text, maxHole, maxBlock, expected) => {
    expect(told(planReads(items(text), { maxHole, maxBlock }))).toBe(expected);
  });

  test.each([
    ['h5 h7 h8', 'h5+1(1) h7+2(2)'],
    ['h5 h6:2', 'h5+1(1) h6+2(1)'],
    ['h5 h5', ''],
    ['h5', ''],
  ])('a refused block of %s splits at holes, else into its items', (text, expected) => {
    const [block] = planReads(items(text), { maxHole: 8, maxBlock: 125 });
    expect(block === undefined ? 'no block' : told(splitBlock(block, 125))).toBe(expected);
  });
});
