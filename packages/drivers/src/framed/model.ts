/** The profile of a poll-collect terminal: frames, commands, record store. Written as `profile.yaml`, read at the start; no code for a make. */
import { z } from 'zod';
import { CommonProfile, recordFields } from '../profile.ts';
import { CheckKind, checkBytes } from './check.core.ts';
import {
  type ArgumentName,
  CommandSpec,
  type FactName,
  RecordPart,
  argumentsOf,
  requestBytes,
  valueBytes,
} from './command-model.ts';
import { FrameSpec } from './frame-model.ts';
import { frameCodec } from './frame.core.ts';
import { Order, bytesOf, numberMax } from './value.core.ts';

const commandName = z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/);
const periodMs = z.int().min(100).max(86_400_000);

const RecordLayout = z.strictObject({
  bytes: z.int().min(8).max(512),
  /** Over bytes `from` to before `to`; the checksum stands at `at`. */
  check: z
    .strictObject({
      kind: CheckKind,
      order: Order.default('BE'),
      from: z.int().min(0).default(0),
      to: z.int().min(1),
      at: z.int().min(0),
    })
    .optional(),
  fields: z.array(RecordPart).min(1).max(recordFields.length),
});
export type RecordLayout = z.infer<typeof RecordLayout>;

const StoreSpec = z.strictObject({
  /** Command that tells where the store stands. */
  state: commandName,
  /** Records it holds, where no command tells. */
  capacity: z.int().min(2).max(10_000_000).optional(),
  /** Places of a ring that are never filled. */
  spare: z.int().min(0).max(16).default(0),
  /** How a page is asked for: by the place of its first record, by its number, or as the oldest uncollected ones. */
  read: z.strictObject({
    command: commandName,
    by: z.enum(['index', 'recordNo', 'oldest']),
    pageMax: z.int().min(1).max(64).default(1),
  }),
  /** `pointer`: the new absolute place of the first uncollected record; `recordNo`: all up to this number; `count`: so many more. */
  confirm: z.strictObject({ command: commandName, by: z.enum(['pointer', 'recordNo', 'count']) }),
  /** Reading again by number what was collected already. Left out where pages are read by place or number anyway. */
  reread: z.strictObject({ command: commandName, pageMax: z.int().min(1).max(64).default(1) }).optional(),
  /** Marking records as uncollected again from a number on: the next runs collect them once more. For terminals that cannot read by number. */
  restore: z.strictObject({ command: commandName }).optional(),
  /** First and last number of the terminal's counter; after `last` it goes on with `first`, which begins a generation. */
  numbering: z
    .strictObject({ first: z.int().min(0).max(1).default(1), last: z.int().min(1_000).max(0xffffffff).default(0xffffffff) })
    .prefault({}),
  recordsPerRun: z.int().min(1).max(500).default(40),
  record: RecordLayout,
});
export type StoreSpec = z.infer<typeof StoreSpec>;

const asked = z.array(commandName).max(8);

export const FramedProfile = CommonProfile.extend({
  protocol: z.literal('framed'),
  /** How the terminal's line is set; left out: as the link says. */
  line: z
    .strictObject({
      baudRate: z.union([1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200].map((rate) => z.literal(rate))),
      dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
      parity: z.enum(['none', 'even', 'odd']).default('none'),
      stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
    })
    .optional(),
  frame: FrameSpec,
  commands: z.record(commandName, CommandSpec),
  tasks: z.strictObject({
    live: z.strictObject({ periodMs, ask: asked.min(1) }),
    identity: z.strictObject({ periodMs, ask: asked.min(1) }).optional(),
    /** `ask`: what is asked besides in each run, totals for instance. */
    records: z.strictObject({ periodMs, ask: asked.default([]) }).optional(),
  }),
  store: StoreSpec.optional(),
}).superRefine((profile, context) => {
  const say: Say = (path, message) => context.addIssue({ code: 'custom', path, message });
  sayOfCommands(profile, say);
  sayOfTasks(profile, say);
  sayOfPoints(profile, say);
  for (const [name, part] of [['tasks', profile.tasks.records] as const, ['records', profile.records] as const])
    if ((profile.store === undefined) !== (part === undefined))
      say(name === 'tasks' ? ['tasks', 'records'] : ['records'], 'goes with `store`');
  if (profile.store !== undefined) sayOfStore(profile, profile.store, say);
});
export type FramedProfile = z.infer<typeof FramedProfile>;

type Say = (path: (string | number)[], message: string) => void;
type Parts = Pick<FramedProfile, 'frame' | 'commands' | 'tasks' | 'points'>;

/** Most bytes of a reply's body. */
export function replyBodyMax(command: CommandSpec, recordBytes: number, pageMax: number): number {
  if (command.records === undefined) return valueBytes(command);
  const pages = command.records.count === 'one' ? 1 : pageMax;
  return Math.max(valueBytes(command), command.records.at + pages * recordBytes);
}

function sayOfCommands({ frame, commands }: Parts, say: Say): void {
  const wireBytes = frameCodec(frame).wireBytes;
  for (const [name, command] of Object.entries(commands)) {
    command.request.forEach((part, index) => {
      if ('put' in part && bytesOf(part) === undefined)
        say(['commands', name, 'request', index, 'bytes'], `is needed for ${part.as}`);
    });
    if (wireBytes(Math.max(requestBytes(command), valueBytes(command))) > frame.bytesMax)
      say(['commands', name], `does not fit into a frame of ${frame.bytesMax} bytes`);
    if (command.bytes !== undefined && valueBytes({ ...command, bytes: undefined }) > command.bytes)
      say(['commands', name, 'values'], `end beyond a reply of ${command.bytes} bytes`);
    command.values.forEach((value, index) => {
      if (value.echo !== undefined && !argumentsOf(command).includes(value.echo))
        say(['commands', name, 'values', index, 'echo'], `the request does not say ${value.echo}`);
      if (value.fact === 'deviceClock' && !/^(clock|unix|seconds)/.test(value.as))
        say(
          ['commands', name, 'values', index, 'as'],
          'a clock is read as clockBcd, clockBinary, clockAscii, unixSeconds or secondsSince2000',
        );
    });
  }
}

function sayOfTasks({ commands, tasks }: Parts, say: Say): void {
  for (const task of ['live', 'identity', 'records'] as const)
    tasks[task]?.ask.forEach((name, index) => {
      const command = commands[name];
      if (command === undefined) say(['tasks', task, 'ask', index], noSuch(commands, name));
      else if (argumentsOf(command).length > 0)
        say(
          ['tasks', task, 'ask', index],
          `${name} wants ${argumentsOf(command).join(', ')}: only pages and confirmations give that`,
        );
    });
}

const noSuch = (commands: Parts['commands'], name: string): string =>
  `no command ${name}, there are: ${Object.keys(commands).join(', ')}`;

function sayOfPoints({ commands, tasks, points }: Parts, say: Say): void {
  const read = new Set(
    (['live', 'identity', 'records'] as const).flatMap((task) =>
      (tasks[task]?.ask ?? []).flatMap((name) => (commands[name]?.values ?? []).flatMap(({ point }) => point ?? [])),
    ),
  );
  points.forEach(({ name }, index) => {
    if (!read.has(name)) say(['points', index, 'name'], 'no command that a task asks reads this point');
  });
  const named = points.map(({ name }) => name);
  if (new Set(named).size < named.length) say(['points'], 'names a point twice');
  for (const name of read) if (!named.includes(name)) say(['points'], `lacks ${name}, which a command reads`);
}

function sayOfStore({ frame, commands }: Parts, store: StoreSpec, say: Say): void {
  const state = commands[store.state];
  if (state === undefined) return say(['store', 'state'], noSuch(commands, store.state));
  const facts = new Set(state.values.flatMap(({ fact }) => fact ?? []));
  const lacks = (path: (string | number)[], names: readonly FactName[]): void => {
    for (const name of names) if (!facts.has(name)) say(path, `${store.state} must tell ${name}`);
  };
  const byPlace = facts.has('firstUncollected') && facts.has('nextFree');
  lacks(['store', 'state'], ['newestRecordNo']);
  if (!byPlace && !facts.has('uncollected'))
    say(['store', 'state'], `${store.state} must tell uncollected, or firstUncollected and nextFree`);
  if (store.read.by === 'index') lacks(['store', 'read', 'by'], ['firstUncollected', 'nextFree']);
  if (store.confirm.by === 'pointer') lacks(['store', 'confirm', 'by'], ['firstUncollected', 'nextFree']);
  if (byPlace && !facts.has('capacity') && store.capacity === undefined)
    say(['store', 'capacity'], 'is needed with places, or told by the state command');
  const wants: readonly (readonly [place: readonly string[], name: string, argument: ArgumentName | undefined])[] = [
    [
      ['store', 'read', 'command'],
      store.read.command,
      ({ index: 'index', recordNo: 'recordNo', oldest: undefined } as const)[store.read.by],
    ],
    [
      ['store', 'confirm', 'command'],
      store.confirm.command,
      ({ pointer: 'nextIndex', recordNo: 'lastRecordNo', count: 'count' } as const)[store.confirm.by],
    ],
    ...(store.reread === undefined ? [] : [[['store', 'reread', 'command'], store.reread.command, 'recordNo'] as const]),
    ...(store.restore === undefined ? [] : [[['store', 'restore', 'command'], store.restore.command, 'recordNo'] as const]),
  ];
  for (const [place, name, argument] of wants) {
    const command = commands[name];
    if (command === undefined) say([...place], noSuch(commands, name));
    else if (argument !== undefined && !argumentsOf(command).includes(argument))
      say([...place], `${name} does not say ${argument}`);
  }
  for (const [place, reader] of [['read', store.read] as const, ['reread', store.reread] as const]) {
    const command = reader === undefined ? undefined : commands[reader.command];
    if (reader === undefined || command === undefined) continue;
    if (command.records === undefined) say(['commands', reader.command, 'records'], 'is needed: its replies carry records');
    if (reader.pageMax > 1 && !argumentsOf(command).includes('count'))
      say(['store', place, 'pageMax'], `${reader.command} does not say count`);
    if (fieldMax(command, 'count') < reader.pageMax)
      say(['store', place, 'pageMax'], `count of ${reader.command} ends at ${fieldMax(command, 'count')}`);
    const most = frameCodec(frame).wireBytes(replyBodyMax(command, store.record.bytes, reader.pageMax));
    if (most > frame.bytesMax)
      say(['store', place, 'pageMax'], `a page takes ${most} bytes on the wire, the longest frame is ${frame.bytesMax}`);
  }
  const confirm = commands[store.confirm.command];
  if (store.confirm.by === 'count' && confirm !== undefined && fieldMax(confirm, 'count') < store.recordsPerRun)
    say(['store', 'recordsPerRun'], `count of ${store.confirm.command} ends at ${fieldMax(confirm, 'count')}`);
  if (store.restore !== undefined && (store.reread !== undefined || store.read.by !== 'oldest'))
    say(['store', 'restore'], 'is for terminals that cannot be read by place or number');
  sayOfRecord(store.record, say);
}

/** Largest number that a request can say. */
function fieldMax(command: CommandSpec, name: ArgumentName): number {
  const part = command.request.find((each) => 'put' in each && each.put === name);
  return part === undefined || !('put' in part) ? Number.POSITIVE_INFINITY : numberMax(part);
}

function sayOfRecord({ bytes, check, fields }: RecordLayout, say: Say): void {
  const path = ['store', 'record'];
  if (check !== undefined && check.at + checkBytes(check.kind) > bytes)
    say([...path, 'check', 'at'], `ends beyond the record of ${bytes} bytes`);
  if (check !== undefined && (check.to > bytes || check.from >= check.to))
    say([...path, 'check', 'to'], `is no range within ${bytes} bytes`);
  fields.forEach((part, index) => {
    if (part.at + (bytesOf(part) ?? 0) > bytes) say([...path, 'fields', index], `ends beyond the record of ${bytes} bytes`);
  });
  if (new Set(fields.map(({ field }) => field)).size < fields.length) say([...path, 'fields'], 'names a field twice');
  for (const needed of ['recordNo', 'kindMark', 'amount', 'cardNo'] as const)
    if (!fields.some(({ field }) => field === needed)) say([...path, 'fields'], `lacks ${needed}`);
}
