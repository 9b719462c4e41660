import { secretElements } from './elements.core.ts';
import { bodyAt } from './frame.core.ts';
import { type Message, upperHex } from './message.core.ts';

/** Digits of a card number that a trace shows: its last four. */
const shownCardBytes = 2;

/** A frame without its length, for a trace: tracks, PIN block, chip data and all but the end of the card number are blanked. */
export function traceHex(bytes: Uint8Array, { spans }: Message): string {
  const shown = bytes.slice();
  for (const element of [...secretElements, 55]) {
    const span = spans.get(element);
    if (span !== undefined) shown.fill(0, bodyAt + span[0], bodyAt + span[1]);
  }
  const card = spans.get(2);
  if (card !== undefined) shown.fill(0, bodyAt + card[0], Math.max(bodyAt + card[0], bodyAt + card[1] - shownCardBytes));
  return upperHex(shown);
}
