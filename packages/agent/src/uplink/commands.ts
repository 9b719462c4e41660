import type { Command, Reply } from '@cardwatch/contracts';
import { type Clock, type EpochMs, epochMs, type Logger } from '@cardwatch/kernel';
import type { Line, RecollectReport } from '../collect/line.ts';

export const commandLimits = { remembered: 256, running: 64, rangesPerReply: 64, numbersPerRecollect: 100_000 } as const;

export interface CommandParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** The line that a device hangs on. */
  lineOf(deviceId: string): Line | undefined;
  generationOf(deviceId: string): number | undefined;
}

type Outcome = Pick<Reply, 'outcome' | 'detail' | 'overwritten'>;

/**
 * Does what the collector orders, each order once. An order that comes again gets its reply again; one that still runs is not begun twice.
 * Expiry is judged by the collector's own clock.
 */
export class Commander {
  readonly #parts: CommandParts;
  readonly #replies = new Map<string, Reply>();
  readonly #running = new Set<string>();
  #serverAheadMs = 0;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  serverTime(at: number): void {
    this.#serverAheadMs = at - this.#parts.clock.now();
  }

  /** undefined: it runs already, or too much does. */
  async handle(command: Command): Promise<Reply | undefined> {
    const known = this.#replies.get(command.id);
    if (known !== undefined) return { ...known, sentAt: this.#now() };
    if (this.#running.has(command.id) || this.#running.size >= commandLimits.running) return undefined;
    this.#running.add(command.id);
    const outcome = await this.#do(command);
    this.#running.delete(command.id);
    this.#parts.log.log('info', 'command', { id: command.id, action: command.action.type, outcome: outcome.outcome });
    const reply: Reply = { v: 1, id: command.id, ...outcome, sentAt: this.#now() };
    this.#remember(reply);
    return reply;
  }

  #now(): EpochMs {
    return this.#parts.clock.now();
  }

  #remember(reply: Reply): void {
    const oldest = this.#replies.keys().next().value;
    if (this.#replies.size >= commandLimits.remembered && oldest !== undefined) this.#replies.delete(oldest);
    this.#replies.set(reply.id, reply);
  }

  async #do({ id, action, expiresAt }: Command): Promise<Outcome> {
    if (epochMs(this.#now() + this.#serverAheadMs) >= expiresAt) return { outcome: 'expired' };
    const line = this.#parts.lineOf(action.deviceId);
    if (line === undefined) return { outcome: 'failed', detail: 'this agent does not know the device' };
    if (action.type === 'pollNow') return (await line.pollNow(action.deviceId)) ? { outcome: 'done' } : noAnswer;
    if (action.type === 'operate') {
      const order = { id, name: action.name, expiresAt: epochMs(expiresAt - this.#serverAheadMs) };
      const { outcome, detail } = await line.operate(action.deviceId, order);
      return { outcome, detail: detail.slice(0, 200) };
    }
    const { deviceId, generation, from, to } = action;
    const present = this.#parts.generationOf(deviceId);
    if (present !== generation)
      return { outcome: 'failed', detail: `generation ${generation} is over, present ${present ?? 'unknown'}` };
    if (to < from || to - from >= commandLimits.numbersPerRecollect)
      return { outcome: 'failed', detail: 'not a range of numbers' };
    return replyOf(await line.recollect(deviceId, { id, from, to }));
  }
}

const noAnswer: Outcome = { outcome: 'failed', detail: 'the device does not answer' };

const replyOf = ({ outcome, detail, overwritten }: RecollectReport): Outcome => ({
  outcome,
  ...(detail === undefined ? {} : { detail: detail.slice(0, 200) }),
  ...(overwritten.length === 0
    ? {}
    : { overwritten: overwritten.slice(0, commandLimits.rangesPerReply).map(([a, b]): [number, number] => [a, b]) }),
});
