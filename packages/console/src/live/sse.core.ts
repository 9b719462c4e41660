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
  const rest = lines.pop() ?? '';
  const data = [...state.data];
  let { event, dataChars, lastEventId } = state;
  const messages: SseMessage[] = [];
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) messages.push({ event: event === '' ? 'message' : event, data: data.join('\n') });
      event = '';
      data.length = 0;
      dataChars = 0;
      continue;
    }
    const [field, value] = fieldOf(line);
    if (field === 'event') event = value;
    if (field === 'id' && !value.includes('\0')) lastEventId = value;
    if (field !== 'data') continue;
    data.push(value);
    // with its line end, so that empty lines count too
    dataChars += value.length + 1;
  }
  const next = { rest, event, data, dataChars, lastEventId };
  return { state: next, messages, overflow: dataChars + rest.length > sseLimits.messageChars };
}

/** A comment is a field without a name. */
function fieldOf(line: string): readonly [field: string, value: string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
