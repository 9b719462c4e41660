/** Bodies of requests and replies by what the profile says of a command. Pure. */
import { ByteWriter, type Result, err, fromHex, ok } from '@cardwatch/kernel';
import type { RawValue } from '../contract.ts';
import {
  type ArgumentName,
  type CommandSpec,
  type FactName,
  type ReplyValue,
  requestBytes,
  valueBytes,
} from './command-model.ts';
import { bytesOf, decodeValue, encodeNumber } from './value.core.ts';

export type Arguments = Readonly<Partial<Record<ArgumentName, number>>>;

/** Body of a request; undefined when an argument is missing or does not fit its field. */
export function requestBody(command: CommandSpec, given: Arguments): Uint8Array | undefined {
  const writer = new ByteWriter(requestBytes(command));
  for (const part of command.request) {
    const bytes = 'fixed' in part ? fromHex(part.fixed) : encodeNumber(part, given[part.put] ?? -1);
    if (bytes === undefined) return undefined;
    writer.put(bytes);
  }
  return writer.bytes;
}

/** What the arguments of a request body are; undefined when the body has another length or a part that is no number. */
export function readArguments(command: CommandSpec, body: Uint8Array): Arguments | undefined {
  if (body.length !== requestBytes(command)) return undefined;
  const found: Partial<Record<ArgumentName, number>> = {};
  let at = 0;
  for (const part of command.request) {
    const length = 'fixed' in part ? (fromHex(part.fixed)?.length ?? 0) : (bytesOf(part) ?? 0);
    const bytes = body.subarray(at, at + length);
    at += length;
    if ('fixed' in part) {
      if (fromHex(part.fixed)?.every((byte, index) => bytes[index] === byte) !== true) return undefined;
      continue;
    }
    const value = decodeValue(part, bytes);
    if (!value.ok || typeof value.value !== 'number') return undefined;
    found[part.put] = value.value;
  }
  return found;
}

/** A reply taken apart. `bad` names the facts and points that could not be read, with the reason. */
export interface ReplyParts {
  readonly facts: ReadonlyMap<FactName, RawValue>;
  readonly points: ReadonlyMap<string, RawValue>;
  readonly bad: readonly { readonly name: string; readonly reason: string }[];
  /** Each `recordBytes` long, a copy. */
  readonly records: readonly Uint8Array[];
}

/** True when the reply repeats of the request what it should. */
export function echoes(command: CommandSpec, body: Uint8Array, given: Arguments): boolean {
  return command.values.every((value) => {
    if (value.echo === undefined || given[value.echo] === undefined || isShort(value, body)) return true;
    const met = decodeValue(value, body.subarray(value.at, value.at + (bytesOf(value) ?? 0)));
    return met.ok && met.value === given[value.echo];
  });
}

const isShort = (value: ReplyValue, body: Uint8Array): boolean => value.at + (bytesOf(value) ?? 0) > body.length;

/** The error says in words why the body cannot be a reply to this command. */
export function readReply(command: CommandSpec, body: Uint8Array, recordBytes: number): Result<ReplyParts, string> {
  if (command.bytes !== undefined && body.length !== command.bytes)
    return err(`body of ${body.length} bytes, not ${command.bytes}`);
  if (body.length < valueBytes(command)) return err(`body of ${body.length} bytes, at least ${valueBytes(command)} are needed`);
  const records = recordsIn(command, body, recordBytes);
  if (!records.ok) return records;
  const facts = new Map<FactName, RawValue>();
  const points = new Map<string, RawValue>();
  const bad: { name: string; reason: string }[] = [];
  for (const value of command.values) {
    const name = value.fact ?? value.point;
    if (name === undefined) continue;
    const met = decodeValue(value, body.subarray(value.at, value.at + (bytesOf(value) ?? 0)));
    if (!met.ok) bad.push({ name, reason: met.error });
    else if (value.fact !== undefined) facts.set(value.fact, met.value);
    else points.set(name, met.value);
  }
  return ok({ facts, points, bad, records: records.value });
}

function recordsIn({ records: spec }: CommandSpec, body: Uint8Array, recordBytes: number): Result<readonly Uint8Array[], string> {
  if (spec === undefined) return ok([]);
  const room = body.length - spec.at;
  const count = spec.count === 'one' ? 1 : spec.count === 'byLength' ? room / recordBytes : countAt(spec, body);
  if (count === undefined || !Number.isInteger(count)) return err(`${room} bytes are no whole number of records`);
  if (count * recordBytes !== room) return err(`${count} records said, ${room} bytes there`);
  return ok(
    Array.from({ length: count }, (_, index) => body.slice(spec.at + index * recordBytes, spec.at + (index + 1) * recordBytes)),
  );
}

function countAt(spec: Extract<CommandSpec['records'], { count: 'given' }>, body: Uint8Array): number | undefined {
  const length = bytesOf(spec) ?? 0;
  if (spec.countAt + length > body.length) return undefined;
  const value = decodeValue(spec, body.subarray(spec.countAt, spec.countAt + length));
  return value.ok && typeof value.value === 'number' ? value.value : undefined;
}
