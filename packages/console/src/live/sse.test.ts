import { describe, expect, test } from 'vitest';
import { emptySse, readSse, type SseMessage, sseLimits } from './sse.core.ts';

/** Feeds a text cut into pieces of `size` characters. */
function feed(text: string, size: number): { readonly messages: readonly SseMessage[]; readonly lastEventId: string } {
  let state = emptySse('');
  const messages: SseMessage[] = [];
  for (let at = 0; at < text.length; at += size) {
    const read = readSse(state, text.slice(at, at + size));
    state = read.state;
    messages.push(...read.messages);
  }
  return { messages, lastEventId: state.lastEventId };
}

describe('server-sent events', () => {
  const text =
    'retry: 2000\n\n: beat\n\ndata: {"a":1}\n\nid: 7\nevent: x\ndata: one\ndata: two\n\ndata:tail\r\n\r\ndata: unfinished';

  test.each([1, 2, 3, 7, 1000])('are the same however they are cut (%i characters)', (size) => {
    expect(feed(text, size)).toEqual({
      messages: [
        { event: 'message', data: '{"a":1}' },
        { event: 'x', data: 'one\ntwo' },
        { event: 'message', data: 'tail' },
      ],
      lastEventId: '7',
    });
  });

  test('overflow is told at the limit + 1, not at the limit', () => {
    const line = (chars: number): string => `data: ${'x'.repeat(chars - 6)}`;
    expect(readSse(emptySse(''), line(sseLimits.messageChars)).overflow).toBe(false);
    expect(readSse(emptySse(''), line(sseLimits.messageChars + 1)).overflow).toBe(true);
  });
});
