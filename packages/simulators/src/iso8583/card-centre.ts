import { createServer, type Socket } from 'node:net';
import type { Clock } from '@cardwatch/kernel';
import { FrameCutter, bodyOf, frameOf, glue, messageOf, type WireMessage } from './wire.core.ts';

export const centreLimits = { connections: 256 } as const;

/** One connection as the host saw it, byte for byte in each direction. */
export interface CentreTape {
  readonly received: Uint8Array[];
  readonly sent: Uint8Array[];
  /** How the terminal's side ended. */
  ended: 'open' | 'end' | 'reset';
}

export interface CentreOptions {
  readonly clock: Clock;
  /** 0 takes a free port. */
  readonly port: number;
  /** DE 39 of a sale; default 00. */
  readonly decide?: (message: WireMessage) => string;
  /** Fixed time in replies, so that two runs send the same bytes; default: none. */
  readonly stamp: { readonly time: string; readonly date: string };
}

const replyElements = [2, 3, 4, 7, 11, 12, 13, 25, 41, 42, 48, 49, 60, 70];

/** A card centre: approves, books, answers, and remembers every byte. */
export class CardCentre {
  readonly tapes: CentreTape[] = [];
  /** Net fen by terminal of what was booked and not taken back. */
  readonly booked = new Map<string, number>();
  /** Replies to be delayed, ms each; then to be left out. */
  lateMs: number[] = [];
  silent = 0;
  readonly #sales = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  readonly #options: CentreOptions;
  #server = createServer({ allowHalfOpen: true });
  #port = 0;

  private constructor(options: CentreOptions) {
    this.#options = options;
  }

  static open(options: CentreOptions): Promise<CardCentre> {
    const centre = new CardCentre(options);
    return new Promise((resolve, reject) => {
      centre.#server.once('error', reject);
      centre.#server.maxConnections = centreLimits.connections;
      centre.#server.on('connection', (socket) => centre.#attend(socket));
      centre.#server.listen(options.port, '127.0.0.1', () => {
        const address = centre.#server.address();
        centre.#port = typeof address === 'object' && address !== null ? address.port : 0;
        resolve(centre);
      });
    });
  }

  get port(): number {
    return this.#port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #attend(socket: Socket): void {
    const tape: CentreTape = { received: [], sent: [], ended: 'open' };
    this.tapes.push(tape);
    this.#sockets.add(socket);
    const cutter = new FrameCutter();
    let broken = false;
    socket.on('error', () => {
      tape.ended = 'reset';
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('end', () => {
      tape.ended = 'end';
      socket.end();
    });
    socket.on('data', (bytes) => {
      tape.received.push(new Uint8Array(bytes));
      const frames = broken ? [] : cutter.feed(bytes);
      if (frames === undefined) broken = true;
      for (const frame of frames ?? []) this.#answer(socket, tape, messageOf(frame));
    });
  }

  #answer(socket: Socket, tape: CentreTape, message: WireMessage | undefined): void {
    if (message === undefined || !/^0\d[024]\d$/.test(message.mti)) return;
    const reply = this.#reply(message);
    if (this.silent > 0) {
      this.silent--;
      return;
    }
    const late = this.lateMs.shift();
    const send = (): void => {
      if (socket.destroyed || !socket.writable) return;
      tape.sent.push(reply);
      socket.write(reply);
    };
    if (late === undefined) send();
    else this.#options.clock.after(late, send);
  }

  #reply(message: WireMessage): Uint8Array {
    const code = this.#book(message);
    const fields: Record<number, string> = {};
    for (const element of replyElements) {
      const value = message.fields[element];
      if (value !== undefined) fields[element] = value;
    }
    const { time, date } = this.#options.stamp;
    fields[12] ??= time;
    fields[13] ??= date;
    fields[37] = time + (message.fields[11] ?? '000000');
    const totals = fields[48];
    if (message.mti.startsWith('05') && totals !== undefined) fields[48] = `${totals.slice(0, 30)}1${totals.slice(31, 61)}1`;
    else fields[39] = code;
    const mti = `${message.mti.slice(0, 2)}${Number(message.mti[2]) + 1}0`;
    const tpdu = message.tpdu.slice(0, 2) + message.tpdu.slice(6) + message.tpdu.slice(2, 6);
    return glue([frameOf({ ...message, tpdu }, bodyOf(mti, fields))]);
  }

  /** Books once, however often it is repeated. */
  #book({ mti, fields }: WireMessage): string {
    const terminal = fields[41] ?? '';
    const key = `${terminal} ${fields[60]?.slice(2, 8) ?? fields[13] ?? ''} ${fields[11] ?? ''}`;
    const amount = Number(fields[4] ?? '0');
    const add = (fen: number): void => void this.booked.set(terminal, (this.booked.get(terminal) ?? 0) + fen);
    if (mti.startsWith('020') || mti.startsWith('022')) {
      if (this.#sales.has(key)) return mti.startsWith('022') ? '94' : '00';
      const code = this.#options.decide?.({ mti, fields, tpdu: '', header: '' }) ?? '00';
      if (code !== '00') return code;
      this.#sales.set(key, amount);
      add(amount);
    }
    if (mti.startsWith('04')) {
      const original = this.#sales.get(key);
      if (original === undefined) return '25';
      this.#sales.set(key, 0);
      add(-original);
    }
    return '00';
  }
}
