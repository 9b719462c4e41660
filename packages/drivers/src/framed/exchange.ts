import { type Result, assert, err, ok, toHex } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo } from '../contract.ts';
import { worthRepeating } from '../failure.ts';
import type { Line } from '../line/line.ts';
import type { LineSettings, Transaction } from '../line/transaction.ts';
import { wireLineSettings } from '../line/wire-links.ts';
import { type Arguments, type ReplyParts, readReply, requestBody } from './command.core.ts';
import { type FramedConnection } from './connection.ts';
import { type Frame, type FrameCodec, frameCodec } from './frame.core.ts';
import { replyMatcher } from './matcher.core.ts';
import { type FramedProfile, replyBodyMax } from './model.ts';
import { numberMax } from './value.core.ts';

export const malformed = (detail: string, bytes: Uint8Array): DriverFailure => ({
  kind: 'malformed',
  detail,
  frameHex: toHex(bytes.subarray(0, 32)),
});

/** Requests to one terminal by the names of its profile. Reads that were lost or damaged are repeated; nothing else is. */
export class Exchange {
  readonly #connection: FramedConnection;
  readonly #profile: FramedProfile;
  readonly #line: Line;
  readonly #codec: FrameCodec;
  readonly #settings: LineSettings;
  readonly #io: DriverIo;
  readonly #closed: AbortSignal;
  #silent = false;
  /** Of the last reply, ms. */
  rttMs = 0;

  constructor(parts: {
    readonly connection: FramedConnection;
    readonly profile: FramedProfile;
    readonly line: Line;
    readonly io: DriverIo;
    readonly closed: AbortSignal;
  }) {
    this.#connection = parts.connection;
    this.#profile = parts.profile;
    this.#line = parts.line;
    this.#io = parts.io;
    this.#closed = parts.closed;
    this.#codec = frameCodec(parts.profile.frame);
    this.#settings = lineSettings(parts.connection, parts.profile, parts.io);
  }

  /** Asks for what can be asked twice. A terminal that was silent before is asked once. */
  async read(name: string, given: Arguments, signal: AbortSignal): Promise<Result<ReplyParts, DriverFailure>> {
    for (let attempt = 0; ; attempt++) {
      const reply = await this.once(name, given, signal);
      if (reply.ok) return reply;
      if (!this.#silent && attempt < this.#connection.retries && worthRepeating(reply.error)) continue;
      this.#silent = reply.error.kind === 'timeout';
      return reply;
    }
  }

  /** Asks once. A missing reply does not tell whether the terminal took the request. */
  async once(name: string, given: Arguments, signal: AbortSignal): Promise<Result<ReplyParts, DriverFailure>> {
    const command = this.#profile.commands[name];
    assert(command !== undefined, `the profile has no command ${name}`);
    const transaction = this.#transaction(name, given);
    if (transaction === undefined)
      return err({
        kind: 'unsupported',
        detail: `${name}: unit ${this.#connection.unit} or a number of the request does not fit its field`,
      });
    const reply = await this.#line.run(transaction, AbortSignal.any([signal, this.#closed]));
    if (!reply.ok) return reply;
    this.rttMs = reply.value.rttMs;
    this.#silent = false;
    return this.#judged(name, reply.value.value);
  }

  #transaction(name: string, given: Arguments): Transaction<Frame> | undefined {
    const { frame, commands, store } = this.#profile;
    const command = commands[name];
    const body = command === undefined ? undefined : requestBody(command, given);
    if (command === undefined || body === undefined) return undefined;
    const address = frame.head.some(({ is }) => is === 'address') ? this.#connection.unit : undefined;
    const sequence = this.#sequence();
    const sent = this.#codec.build({ address, sequence, command: command.code, body }, 'request');
    if (sent === undefined) return undefined;
    const bodyMax = Math.max(16, replyBodyMax(command, store?.record.bytes ?? 0, given.count ?? 1));
    const replyBytesMax = Math.min(frame.bytesMax, this.#codec.wireBytes(bodyMax));
    const { replyTimeoutMs, deadlineMs } = this.#connection;
    const wireMs = (sent.length + replyBytesMax) * this.#settings.charMs;
    return {
      settings: this.#settings,
      station: `${this.#profile.profile}:${this.#connection.unit}`,
      request: sent,
      replyBytesMax,
      match: replyMatcher({ codec: this.#codec, command, given, address, sequence, refusal: frame.refusal?.code, sent }),
      replyTimeoutMs,
      deadlineMs: Math.max(deadlineMs, wireMs + 2 * replyTimeoutMs + 500),
      restMs: replyTimeoutMs,
      trace: () => this.#io.trace,
    };
  }

  #sequence(): number | undefined {
    const item = this.#profile.frame.head.find(({ is }) => is === 'sequence');
    if (item === undefined || item.is !== 'sequence') return undefined;
    return this.#line.nextNumber() % (numberMax(item) + 1);
  }

  #judged(name: string, { command: code, body }: Frame): Result<ReplyParts, DriverFailure> {
    const { frame, commands, store } = this.#profile;
    const command = commands[name];
    assert(command !== undefined, 'it was asked a moment ago');
    if (frame.refusal !== undefined && code === frame.refusal.code && code !== command.reply)
      return err({ kind: 'refused', deviceCode: body[frame.refusal.reasonAt] ?? 0, detail: `${name} refused` });
    if (frame.status !== undefined && body.length > 0 && body[0] !== frame.status.ok)
      return err({ kind: 'refused', deviceCode: body[0] ?? 0, detail: `${name} answered with status ${body[0]}` });
    const read = readReply(command, body, store?.record.bytes ?? 1);
    return read.ok ? ok(read.value) : err(malformed(`${name}: ${read.error}`, body));
  }
}

function lineSettings(connection: FramedConnection, profile: FramedProfile, io: DriverIo): LineSettings {
  if (connection.kind !== 'framedTcp') return wireLineSettings(connection, io, profile.line ?? connection);
  const { host, port, connectTimeoutMs } = connection;
  return {
    name: 'framedTcp',
    charMs: 0,
    gapMs: 0,
    framing: 'wire',
    reopenAfterSilent: 5,
    open: () => io.openTcp({ host, port, connectTimeoutMs }),
  };
}
