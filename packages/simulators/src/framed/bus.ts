/** One half-duplex line with terminals of any model on it: what the host says reaches all of them, and faults strike what they answer. */
import { type CancelTimer, type Clock, type Random, chance, intBetween } from '@cardwatch/kernel';
import type { ClusterFault } from '../cluster.ts';
import type { Ear, HostRequest } from './model.ts';
import type { FramedPos } from './terminal.ts';

export const lastingFaults = [
  'silent',
  'lateReply',
  'garbage',
  'wrongChecksum',
  'wrongAddress',
  'halfFrame',
  'reset',
  'slowDrip',
  'echo',
  'lostConfirm',
] as const;
export type LastingFault = (typeof lastingFaults)[number];

/** A host that is connected: one per socket, one for a serial port. */
export interface Wire {
  send(bytes: Uint8Array): void;
  /** Breaks the connection; a serial port has none to break. */
  reset(): void;
}

export interface BusParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly terminals: readonly FramedPos[];
  /** Time a terminal thinks, ms. */
  readonly thinkMs: number;
}

/** This much silence ends half a request. */
const quietMs = 60;
const lateMs = 1_500;
const dripEveryMs = 3;
const rebootMs = 800;

export class FramedBus {
  readonly #parts: BusParts;
  readonly #faults = new Map<string, { readonly type: LastingFault; readonly delayMs: number | undefined }>();
  readonly #deafUntilMs = new Map<string, number>();
  #closed = false;

  constructor(parts: BusParts) {
    this.#parts = parts;
  }

  strike({ type, deviceId, delayMs }: ClusterFault, lasting: LastingFault): void {
    for (const terminal of this.#targets(deviceId)) this.#faults.set(`${terminal.deviceId}/${type}`, { type: lasting, delayMs });
  }

  heal(type: string, deviceId: string | undefined): void {
    for (const terminal of this.#targets(deviceId)) this.#faults.delete(`${terminal.deviceId}/${type}`);
  }

  /** Power gone and back: the terminal hears nothing for a while. */
  reboot(terminal: FramedPos): void {
    terminal.reboot();
    this.#deafUntilMs.set(terminal.deviceId, this.#parts.clock.mono() + rebootMs);
  }

  /** A host begins to talk; the result takes what it sends. */
  attend(wire: Wire): (bytes: Uint8Array) => void {
    const ears = this.#parts.terminals.map((terminal) => ({ terminal, ear: terminal.model.ear() }));
    let cancelQuiet: CancelTimer = () => {};
    return (bytes) => {
      if (this.#closed) return;
      cancelQuiet();
      if (this.#parts.terminals.some((terminal) => this.#has(terminal, 'echo'))) wire.send(bytes);
      for (const { terminal, ear } of ears) this.#hear(terminal, ear, bytes, wire);
      cancelQuiet = this.#parts.clock.after(quietMs, () => {
        for (const { ear } of ears) ear.quiet();
      });
    };
  }

  close(): void {
    this.#closed = true;
  }

  #targets(deviceId: string | undefined): readonly FramedPos[] {
    return this.#parts.terminals.filter((terminal) => deviceId === undefined || terminal.deviceId === deviceId);
  }

  #has({ deviceId }: FramedPos, type: LastingFault): boolean {
    return this.#faults.has(`${deviceId}/${type}`);
  }

  #hear(terminal: FramedPos, ear: Ear, bytes: Uint8Array, wire: Wire): void {
    for (const request of ear.hear(bytes)) {
      const deaf = this.#parts.clock.mono() < (this.#deafUntilMs.get(terminal.deviceId) ?? 0);
      if (request.address !== terminal.address || deaf || this.#has(terminal, 'silent')) continue;
      this.#after(this.#parts.thinkMs, () => this.#answer(terminal, request, wire));
    }
  }

  #answer(terminal: FramedPos, request: HostRequest, wire: Wire): void {
    const { model } = terminal;
    const { clock, random } = this.#parts;
    const lost = request.command === model.confirmCommand && this.#has(terminal, 'lostConfirm');
    // Half of the lost confirmations were carried out, half never arrived.
    if (lost && chance(random, 0.5)) return;
    const { command, body } = model.answer(terminal, request, clock.now());
    if (lost) return;
    const address = this.#has(terminal, 'wrongAddress') ? (terminal.address % 99) + 1 : terminal.address;
    const reply = model.frame({ address, sequence: request.sequence, command, body }, this.#has(terminal, 'wrongChecksum'));
    this.#send(terminal, reply, wire);
  }

  #send(terminal: FramedPos, reply: Uint8Array, wire: Wire): void {
    const { random } = this.#parts;
    if (this.#has(terminal, 'reset')) return wire.reset();
    if (this.#has(terminal, 'garbage')) return wire.send(reply.map(() => intBetween(random, 0, 255)));
    if (this.#has(terminal, 'halfFrame')) return wire.send(reply.subarray(0, reply.length >> 1));
    if (this.#has(terminal, 'slowDrip')) {
      for (const [index, byte] of reply.entries()) this.#after(dripEveryMs * (index + 1), () => wire.send(Uint8Array.of(byte)));
      return;
    }
    const late = this.#faults.get(`${terminal.deviceId}/lateReply`);
    if (late === undefined) wire.send(reply);
    else this.#after(late.delayMs ?? lateMs, () => wire.send(reply));
  }

  #after(delayMs: number, then: () => void): void {
    if (delayMs <= 0) return then();
    this.#parts.clock.after(delayMs, () => {
      if (!this.#closed) then();
    });
  }
}
