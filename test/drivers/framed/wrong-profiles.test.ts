/** A profile that cannot be right is refused with the place in it and what would be right: its writer has nothing else to go by. */
import { describeProfileFailure, parseProfile, profileSchemaOf, protocolNames } from '@cardwatch/drivers';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { anotherMake } from './another-make.ts';

type Tree = { [key: string]: unknown };

function changed(path: string, value: unknown): string {
  const tree = structuredClone(anotherMake) as unknown as Tree;
  const steps = path.split('.');
  let at: Tree = tree;
  for (const step of steps.slice(0, -1)) at = at[step] as Tree;
  const last = steps.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
  return stringify(tree);
}

function said(text: string): string {
  const name = 'framed/test/text-pos';
  const parsed = parseProfile({ file: 'p.yaml', name, text }, { names: protocolNames, schemaOf: profileSchemaOf });
  return parsed.ok ? 'sound' : describeProfileFailure(parsed.error);
}

test('the profile itself is sound', () => {
  expect(said(stringify(anotherMake))).toBe('sound');
});

const rows: readonly (readonly [path: string, value: unknown, line: string])[] = [
  ['frame.start', 'XY', 'p.yaml: frame.start is "XY", allowed: hex of 1 to 4 bytes'],
  ['frame.end', '', 'p.yaml: frame.end is "", allowed: is needed with hexText'],
  ['frame.end', '41', 'p.yaml: frame.end is "41", allowed: a hex digit does not end hex text'],
  [
    'frame.check.kind',
    'crc99',
    'p.yaml: frame.check.kind is "crc99", allowed: sum8, sum16, xor8, lrc8, crc16Modbus, crc16Ccitt, crc16Xmodem, crc16X25, crc16Kermit, crc16Arc',
  ],
  ['frame.check.from', 20, 'p.yaml: frame.check.from is 20, allowed: the body begins at byte 8'],
  ['frame.head.1.bytes', undefined, 'p.yaml: frame.head.1.bytes is nothing, allowed: is needed for decimal'],
  ['frame.head.2', { is: 'sequence', as: 'u8' }, 'allowed: a command item is needed: it tells replies apart'],
  ['frame.head.0.replyHex', '0203', 'p.yaml: frame.head.0.replyHex is "0203", allowed: as many bytes as `hex`'],
  ['frame.coding', { kind: 'plain' }, 'sound'],
  [
    'frame.coding',
    { kind: 'stuffing', mark: 0x7d, codes: [{ byte: 0x7e, code: 0x5e }] },
    'allowed: the mark itself must be escaped',
  ],
  [
    'frame.bytesMax',
    90,
    'p.yaml: store.read.pageMax is nothing, allowed: a page takes 118 bytes on the wire, the longest frame is 90',
  ],
  ['commands.ask.values.0.at', 900, 'allowed: does not fit into a frame of 300 bytes'],
  ['commands.ask.bytes', 40, 'p.yaml: commands.ask.values is'],
  [
    'commands.ask.values.4.form',
    'yyMMdd',
    'p.yaml: commands.ask.values.4.form is "yyMMdd", allowed: yy or yyyy, MM, dd, HH, mm and ss once each, -- to pass a part over',
  ],
  ['commands.ask.values.4.as', 'ascii', 'allowed: give `bytes`, or `form` for a clock'],
  ['commands.ask.values.0.fact', 'newest', 'p.yaml: commands.ask.values.0.fact is "newest", allowed: uncollected, freeRecords'],
  ['commands.ask.values.0.point', 'x', 'allowed: is one of fact, point or echo'],
  ['commands.read.values', [{ echo: 'index', at: 0, as: 'u8' }], 'allowed: the request does not say index'],
  ['commands.read.records', undefined, 'p.yaml: commands.read.records is nothing, allowed: is needed: its replies carry records'],
  ['tasks.live.ask', ['asks'], 'p.yaml: tasks.live.ask.0 is "asks", allowed: no command asks, there are: ask, read, done'],
  ['tasks.live.ask', ['read'], 'allowed: read wants recordNo: only pages and confirmations give that'],
  ['tasks.records', undefined, 'p.yaml: tasks.records is nothing, allowed: goes with `store`'],
  ['records', undefined, 'p.yaml: records is nothing, allowed: goes with `store`'],
  [
    'points',
    [{ name: 'door', label: { zh: '门', en: 'Door' } }],
    'p.yaml: points.0.name is "door", allowed: no command that a task asks reads this point',
  ],
  ['store.state', 'read', 'allowed: read must tell newestRecordNo'],
  ['store.read.by', 'index', 'allowed: ask must tell firstUncollected'],
  ['store.read.pageMax', 4, 'p.yaml: store.read.pageMax is 4, allowed: read does not say count'],
  ['store.confirm.by', 'count', 'p.yaml: store.confirm.command is "done", allowed: done does not say count'],
  [
    'store.confirm.command',
    'finish',
    'p.yaml: store.confirm.command is "finish", allowed: no command finish, there are: ask, read, done',
  ],
  ['store.reread', { command: 'done' }, 'p.yaml: store.reread.command is "done", allowed: done does not say recordNo'],
  ['store.restore', { command: 'read' }, 'allowed: is for terminals that cannot be read by place or number'],
  ['store.restore', { command: 'done' }, 'p.yaml: store.restore.command is "done", allowed: done does not say recordNo'],
  ['store.record.bytes', 40, 'p.yaml: store.record.fields.4 is'],
  [
    'store.record.check',
    { kind: 'xor8', to: 48, at: 48 },
    'p.yaml: store.record.check.at is 48, allowed: ends beyond the record of 48 bytes',
  ],
  ['store.record.fields.3.field', 'recordNo', 'allowed: names a field twice'],
  ['store.record.fields.2.field', 'batchNo', 'allowed: lacks cardNo'],
  [
    'commands.done.request',
    [
      { put: 'lastRecordNo', as: 'u8' },
      { put: 'count', as: 'bcd', bytes: 1 },
    ],
    'sound',
  ],
  ['vendorCode', 'x()', 'p.yaml: top is'],
];

test.each(rows)('%s: %j', (path, value, line) => {
  expect(said(changed(path, value))).toContain(line);
});
