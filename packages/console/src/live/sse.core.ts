/**
 * Server-sent events as a pure parser over text chunks (WHATWG HTML, section 9.2.6). `EventSource` is not used because it hides the heartbeat
 * comments, the answer's status and the retry: staleness could not be told from silence.
 */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
}

export interface SseState {
  /** Text after the last line end. */
  readonly rest: string;
  readonly event: string;
  readonly data: readonly string[];
  readonly dataChars: number;
  readonly lastEventId: string;
}

export const sseLimits = {
  /** One message; also bounds an unfinished line. Beyond it the stream is not ours and the connection is dropped. */
  messageChars: 4_194_304,
} as const;

export const emptySse = (lastEventId: string): SseState => ({ rest: '', event: '', data: [], dataChars: 0, lastEventId });

/** Takes one chunk. `overflow` when a message passes the limit: the caller drops the connection. */
export function readSse(
  state: SseState,
  chunk: string,
): { readonly state: SseState; readonly messages: readonly SseMessage[]; readonly overflow: boolean } {
  const lines = (state.rest + chunk).split(/\r\n|\n|\r(?!$)/);
  let next: SseState = { ...state, rest: lines.pop() ?? '' };
  const messages: SseMessage[] = [];
  for (const line of lines) {
    if (line === '') {
      if (next.data.length > 0) messages.push({ event: next.event === '' ? 'message' : next.event, data: next.data.join('\n') });
      next = { ...next, event: '', data: [], dataChars: 0 };
    } else next = takeField(next, line);
  }
  return { state: next, messages, overflow: next.dataChars + next.rest.length > sseLimits.messageChars };
}

function takeField(state: SseState, line: string): SseState {
  const colon = line.indexOf(':');
  if (colon === 0) return state;
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'data') return { ...state, data: [...state.data, value], dataChars: state.dataChars + value.length };
  if (field === 'event') return { ...state, event: value };
  if (field === 'id' && !value.includes('\0')) return { ...state, lastEventId: value };
  return state;
}
