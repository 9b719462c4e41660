/** What of a long run is done: a line of JSON a block, appended when it is. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const Block = z.strictObject({
  target: z.string(),
  seed: z.int(),
  block: z.int().min(0),
  inputs: z.int().min(1),
  findings: z.int().min(0),
});
type Block = z.infer<typeof Block>;

export interface Ledger {
  has(block: Pick<Block, 'target' | 'seed' | 'block'>): boolean;
  add(block: Block): void;
}

/** Without a file nothing is remembered. A last line that was cut off is one that is not done. */
export function openLedger(file: string | undefined): Ledger {
  const done = new Set<string>();
  const keyOf = ({ target, seed, block }: Pick<Block, 'target' | 'seed' | 'block'>): string => `${target} ${seed} ${block}`;
  if (file !== undefined && existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const block = blockOf(line);
      if (block !== undefined) done.add(keyOf(block));
    }
  return {
    has: (block) => done.has(keyOf(block)),
    add: (block) => {
      done.add(keyOf(block));
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(block)}\n`);
    },
  };
}

function blockOf(line: string): Block | undefined {
  try {
    return Block.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
