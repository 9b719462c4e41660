import { assert } from '@cardwatch/kernel';
import { bytesOf } from './decode.core.ts';
import type { ReadSpec } from './model.ts';

/** Something to read: a point or a fact, by a name unique in its plan. */
export interface Item {
  readonly name: string;
  readonly read: ReadSpec;
}

/** One request: consecutive registers of one table and the items that lie in them, ascending. */
export interface Block {
  readonly table: ReadSpec['table'];
  readonly address: number;
  readonly registers: number;
  readonly items: readonly Item[];
}

export interface ReadLimits {
  readonly maxHole: number;
  readonly maxBlock: number;
}

const registersOf = (item: Item): number => {
  const bytes = bytesOf(item.read);
  assert(bytes !== undefined && bytes % 2 === 0, `${item.name} takes whole registers`);
  return bytes / 2;
};

const blockOf = (item: Item): Block => ({
  table: item.read.table,
  address: item.read.address,
  registers: registersOf(item),
  items: [item],
});

/** Joins items into as few requests as the limits allow. Items may overlap (two bits of one register). */
export function planReads(items: readonly Item[], limits: ReadLimits): readonly Block[] {
  const sorted = [...items].sort((a, b) => a.read.table.localeCompare(b.read.table) || a.read.address - b.read.address);
  const blocks: Block[] = [];
  for (const item of sorted) {
    const last = blocks.at(-1);
    const joined = last === undefined ? undefined : join(last, item, limits);
    if (joined === undefined) blocks.push(blockOf(item));
    else blocks[blocks.length - 1] = joined;
  }
  return blocks;
}

function join(block: Block, item: Item, { maxHole, maxBlock }: ReadLimits): Block | undefined {
  const hole = item.read.address - (block.address + block.registers);
  const registers = Math.max(block.registers, item.read.address + registersOf(item) - block.address);
  if (block.table !== item.read.table || hole > maxHole || registers > maxBlock) return undefined;
  return { ...block, registers, items: [...block.items, item] };
}

/**
 * A block that the device refused with exception 02: split where registers lie that nobody asked for, and where there are none,
 * into its items. Empty when it cannot be split.
 */
export function splitBlock(block: Block, maxBlock: number): readonly Block[] {
  const atHoles = planReads(block.items, { maxHole: 0, maxBlock });
  if (atHoles.length > 1) return atHoles;
  const addresses = new Set(block.items.map((item) => `${item.read.address}+${registersOf(item)}`));
  if (addresses.size < 2) return [];
  return [...addresses].map((key) => {
    const items = block.items.filter((item) => `${item.read.address}+${registersOf(item)}` === key);
    const [first] = items;
    assert(first !== undefined, 'a group has an item');
    return { ...blockOf(first), items };
  });
}
