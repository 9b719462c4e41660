/**
 * A terminal of a third make, told by a profile alone: hex text between `:` and CR LF, LRC, addresses and numbers in ASCII digits, amounts in yuan, one record a
 * reply by number, confirmed by number, refusals by a command of their own. Its far side is written here by hand.
 */
const label = { zh: '值', en: 'Value' };

export const anotherMake = {
  profile: 'framed/test/text-pos',
  version: 3,
  protocol: 'framed',
  title: label,
  kind: 'pos',
  source: 'test',
  frame: {
    start: '3A',
    end: '0D 0A',
    coding: { kind: 'hexText' },
    head: [
      { is: 'fixed', hex: '01', replyHex: '02' },
      { is: 'address', as: 'decimal', bytes: 3 },
      { is: 'command', as: 'hexDecimal', bytes: 2 },
      { is: 'length', as: 'u8', from: 8, to: 'body' },
    ],
    check: { kind: 'lrc8' },
    bytesMax: 300,
    refusal: { code: 0x15, reasonAt: 0 },
  },
  commands: {
    ask: {
      code: 0x30,
      reply: 0x40,
      values: [
        { fact: 'newestRecordNo', at: 0, as: 'decimal', bytes: 6 },
        { fact: 'uncollected', at: 6, as: 'decimal', bytes: 4 },
        { fact: 'totalRecords', at: 10, as: 'decimal', bytes: 6 },
        { fact: 'totalFen', at: 16, as: 'yuan', bytes: 9 },
        { fact: 'deviceClock', at: 25, as: 'clockAscii', form: 'ssmmHHddMMyyyy' },
        { fact: 'blacklistVersion', at: 39, as: 'u32', order: 'LE' },
        { fact: 'parameterVersion', at: 43, as: 'hexDecimal', bytes: 4 },
      ],
    },
    read: {
      code: 0x31,
      reply: 0x41,
      request: [{ fixed: 'AA' }, { put: 'recordNo', as: 'decimal', bytes: 6 }],
      records: { at: 0, count: 'one' },
    },
    done: { code: 0x32, reply: 0x42, request: [{ put: 'lastRecordNo', as: 'decimal', bytes: 6 }], bytes: 0 },
  },
  tasks: { live: { periodMs: 1_000, ask: ['ask'] }, records: { periodMs: 1_000 } },
  points: [],
  store: {
    state: 'ask',
    capacity: 1_000,
    read: { command: 'read', by: 'recordNo' },
    confirm: { command: 'done', by: 'recordNo' },
    numbering: { first: 1, last: 999_999 },
    recordsPerRun: 3,
    record: {
      bytes: 48,
      fields: [
        { field: 'recordNo', at: 0, as: 'decimal', bytes: 6 },
        { field: 'kindMark', at: 6, as: 'ascii', bytes: 2 },
        { field: 'cardNo', at: 8, as: 'ascii', bytes: 16 },
        { field: 'amount', at: 24, as: 'yuan', bytes: 8 },
        { field: 'observedText', at: 32, as: 'clockAscii', form: 'yyyyMMddHHmmss' },
      ],
    },
  },
  records: { kinds: { XF: 'consume' }, mode: 'accountOnline', amountFenMax: 50_000 },
} as const;

/** The same make with an older program: one record at a time, the oldest, and a command that marks records uncollected from a number on. */
export const restoringMake = {
  ...anotherMake,
  commands: {
    ...anotherMake.commands,
    next: {
      code: 0x34,
      reply: 0x44,
      request: [
        { put: 'offset', as: 'decimal', bytes: 4 },
        { put: 'count', as: 'decimal', bytes: 2 },
      ],
      records: { at: 0, count: 'byLength' },
    },
    back: { code: 0x33, reply: 0x43, request: [{ put: 'recordNo', as: 'decimal', bytes: 6 }] },
  },
  store: { ...anotherMake.store, read: { command: 'next', by: 'oldest', pageMax: 2 }, restore: { command: 'back' } },
} as const;

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** `kind` 01 from the host, 02 from the terminal. */
export function textFrame(kind: number, address: number, command: number, body: readonly number[]): Uint8Array {
  const bytes = [
    kind,
    ...ascii(String(address).padStart(3, '0')),
    ...ascii(command.toString(16).toUpperCase().padStart(2, '0')),
    body.length,
    ...body,
  ];
  const lrc = (256 - (bytes.reduce((sum, byte) => sum + byte, 0) % 256)) % 256;
  return Uint8Array.from(
    ascii(
      `:${Buffer.from([...bytes, lrc])
        .toString('hex')
        .toUpperCase()}\r\n`,
    ),
  );
}

export interface TextPos {
  readonly sold: readonly { readonly fen: number }[];
  collected: number;
  /** Confirmations that it took. */
  confirmations: number;
  answer(request: Uint8Array): Uint8Array | undefined;
}

const yuan = (fen: number, width: number): string => (fen / 100).toFixed(2).padStart(width, ' ');

const recordText = (no: number, fen: number): string =>
  `${String(no).padStart(6, '0')}XF6225000000000014${yuan(fen, 8)}20261123120000  `;

export function textPos(address: number, sold: readonly { readonly fen: number }[]): TextPos {
  const status = (pos: TextPos): number[] => {
    const sum = sold.reduce((total, { fen }) => total + fen, 0);
    const newest = String(sold.length).padStart(6, '0');
    const waiting = String(sold.length - pos.collected).padStart(4, '0');
    return [...ascii(`${newest}${waiting}${newest}${yuan(sum, 9)}03001223112026`), 0x4d, 0x2a, 0x35, 0x01, ...ascii('001F')];
  };
  const pos: TextPos = {
    sold,
    collected: 0,
    confirmations: 0,
    answer: (request) => {
      const bytes = Buffer.from(Buffer.from(request.subarray(1, -2)).toString('latin1'), 'hex');
      if (bytes[0] !== 1 || bytes.subarray(1, 4).toString('latin1') !== String(address).padStart(3, '0')) return undefined;
      const command = Number.parseInt(bytes.subarray(4, 6).toString('latin1'), 16);
      const body = bytes.subarray(7, -1);
      const no = Number(body.subarray(-6).toString('latin1'));
      if (command === 0x30) return textFrame(2, address, 0x40, status(pos));
      if (command === 0x34) {
        const [offset, count] = [Number(body.subarray(0, 4).toString('latin1')), Number(body.subarray(4).toString('latin1'))];
        const first = pos.collected + offset;
        const records = sold.slice(first, first + count).map(({ fen }, index) => recordText(first + index + 1, fen));
        return textFrame(2, address, 0x44, ascii(records.join('')));
      }
      if (command === 0x33) {
        pos.collected = no - 1;
        return textFrame(2, address, 0x43, []);
      }
      const sale = sold[no - 1];
      if (sale === undefined) return textFrame(2, address, 0x15, [9]);
      if (command === 0x31) return textFrame(2, address, 0x41, ascii(recordText(no, sale.fen)));
      pos.collected = Math.max(pos.collected, no);
      pos.confirmations++;
      return textFrame(2, address, 0x42, []);
    },
  };
  return pos;
}
