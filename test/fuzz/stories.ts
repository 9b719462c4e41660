/** Inputs of `corpus/` that broke something once, and what. */
export const stories: readonly { readonly file: string; readonly story: string }[] = [
  {
    file: 'journal-recovery/garbage-between-two-frames.bin',
    story:
      'bytes between two good frames that hid no number: no hole could be made of them, and every read of that segment failed for ever',
  },
  {
    file: 'journal-scan/a-number-far-ahead.bin',
    story:
      'a frame with right checksums and a number 2^47 ahead: the hole before it was hashed number by number, and the agent never came up',
  },
  { file: 'yaml-agent/alias.bin', story: 'an alias in an agent’s configuration ended the start with a stack instead of a word' },
  { file: 'yaml-secrets/alias.bin', story: 'an alias in a secrets file ended the start with a stack instead of a word' },
  {
    file: 'yaml-secrets/collection-as-key.bin',
    story: 'a collection as a key: the library’s own warning quoted the line of the secrets file on standard error',
  },
  {
    file: 'gateway-answer/code-proto.bin',
    story: 'an SMS gateway that answers with the code __proto__ made a failure whose kind was an object',
  },
  {
    file: 'gateway-answer/code-to-string.bin',
    story: 'an SMS gateway that answers with the code toString made a failure whose kind was a function',
  },
  {
    file: 'isapi-alertstream/two-delimiters.bin',
    story:
      'two delimiters that were not announced: which of them was adopted, and which events were read, depended on where the pieces of the stream ended',
  },
  {
    file: 'zk-push/a-request-behind-a-request.bin',
    story: 'a request behind another one in the same piece was dropped without a word',
  },
  {
    file: 'journal-scan/damage-in-the-last-frame.bin',
    story: 'a damaged last frame whose padding was cut off: its damage was said to end behind the file',
  },
  {
    file: 'live-events/a-message-of-empty-lines.bin',
    story:
      'empty data lines did not count towards the limit of a live message and each copied all before it: a tab stood still over some ten thousand of them',
  },
  {
    file: 'api/author-longer-than-its-column.bin',
    story:
      'what a token with a long label did was shown with an author longer than the endpoint table allows: lists with such a row did not parse',
  },
];
