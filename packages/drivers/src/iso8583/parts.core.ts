/** What stands inside of DE 48 and DE 60. */

/** DE 60: 60.1 type n2, 60.2 batch n6, 60.3 network code n3, where they are there. */
export interface De60 {
  readonly f1: string;
  readonly batch: string;
  readonly f3: string;
}

export function readDe60(digits: string | undefined): De60 | undefined {
  if (digits === undefined || digits.length < 8) return undefined;
  return { f1: digits.slice(0, 2), batch: digits.slice(2, 8), f3: digits.slice(8, 11) };
}

/** One block of DE 48 in 0500/0510, digits as they stand there. Result: 0 asked, 1 totals agree, 2 differ, 3 error. */
export interface SettleBlock {
  readonly debitFen: string;
  readonly debitCount: string;
  readonly creditFen: string;
  readonly creditCount: string;
  readonly result: string;
}

export interface Settlement {
  readonly domestic: SettleBlock;
  readonly foreign: SettleBlock;
}

const settleDigits = 62;

export function readSettlement(digits: string | undefined): Settlement | undefined {
  if (digits === undefined || digits.length !== settleDigits) return undefined;
  const at = (from: number): SettleBlock => ({
    debitFen: digits.slice(from, from + 12),
    debitCount: digits.slice(from + 12, from + 15),
    creditFen: digits.slice(from + 15, from + 27),
    creditCount: digits.slice(from + 27, from + 30),
    result: digits.slice(from + 30, from + 31),
  });
  return { domestic: at(0), foreign: at(31) };
}

/** The same block with both results set. */
export const withResult = (digits: string, result: '1' | '2' | '3'): string =>
  digits.slice(0, 30) + result + digits.slice(31, 61) + result;

/** One record of DE 48 in 0320: card type n2, trace n6, PAN n20 with leading zeros, amount n12. */
export interface BatchItem {
  readonly cardType: string;
  readonly trace: string;
  readonly pan: string;
  readonly amountFen: number;
}

const itemDigits = 40;

/** Undefined when count and length do not fit one another. */
export function readBatchItems(digits: string | undefined): readonly BatchItem[] | undefined {
  if (digits === undefined || digits.length < 2) return undefined;
  const count = Number(digits.slice(0, 2));
  if (digits.length !== 2 + itemDigits * count) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const item = digits.slice(2 + itemDigits * index, 2 + itemDigits * (index + 1));
    return {
      cardType: item.slice(0, 2),
      trace: item.slice(2, 8),
      pan: item.slice(8, 28).replace(/^0+/, ''),
      amountFen: Number(item.slice(28)),
    };
  });
}
