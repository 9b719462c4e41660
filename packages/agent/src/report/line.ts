import type { EventLine, HealthLine, MoneyLine } from '@cardwatch/contracts';

const encoder = new TextEncoder();

/** One journal line: JSON without a line feed. */
export const lineOf = (line: MoneyLine | EventLine | HealthLine): Uint8Array => encoder.encode(JSON.stringify(line));
