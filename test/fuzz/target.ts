/** What every fuzz target is: where its bytes come from, what is done with them, and what must hold afterwards. */
import { crc32c, type Random, SeededRandom } from '@cardwatch/kernel';

/** Undefined: all that must hold held. Else what did not. A throw is a crash. */
export type Finding = string | undefined;

export interface Feed {
  /** Sound inputs, to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Left out: `mutate` on bytes. */
  readonly change?: (random: Random, pool: readonly Uint8Array[]) => Uint8Array;
  /** Whatever it draws comes from the input itself (`choicesOf`), so that an input alone plays its run again. */
  feed(input: Uint8Array): Finding | Promise<Finding>;
  /** Told at the end, for the report. */
  said?(): string;
  close?(): Promise<void>;
}

export interface Target {
  readonly name: string;
  /** Part of the address of a script whose new blocks make an input worth keeping, besides those of this house. */
  readonly code?: readonly string[];
  /** Inputs of one change's run: 200,000, or what fits where one input costs more. */
  readonly perChange: number;
  /** Longest that one input may take, processor time; left out: 50. More where nobody but the owner of the machine gives the input. */
  readonly slowMs?: number;
  open(): Promise<Feed>;
}

export const fullShare = 200_000;

/** Draws of one input. */
export const choicesOf = (input: Uint8Array): Random => new SeededRandom(crc32c(input));

export const textOf = (input: Uint8Array): string => new TextDecoder().decode(input);
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const jsonBytes = (value: unknown): Uint8Array => bytesOf(JSON.stringify(value));
