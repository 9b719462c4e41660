import type { AgentAddress } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import { Counting } from './counting.core.ts';
import type { BrokerLimits } from './limits.ts';

const minuteMs = 60_000;
const isLoopback = (ip: string): boolean => ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');

/** Who may connect now: connections and attempts by address, wrong secrets and comings by address and agent, takeovers by agent. */
export class Doorkeeper {
  readonly #limits: BrokerLimits;
  readonly #open = new Map<string, number>();
  readonly #connects: Counting;
  readonly #connectsLoopback: Counting;
  readonly #wrongByPair: Counting;
  readonly #wrongByIp: Counting;
  readonly #takeovers: Counting;
  readonly #flaps: Counting;

  constructor(limits: BrokerLimits) {
    this.#limits = limits;
    const keys = limits.counted;
    const perMinute = (most: number): Counting => new Counting({ most, windowMs: minuteMs, banMs: minuteMs, keys });
    this.#connects = perMinute(limits.connectsPerIpMinute);
    this.#connectsLoopback = perMinute(limits.connectsLoopbackMinute);
    const auth = { windowMs: limits.authWindowMs, banMs: limits.authBanMs, keys };
    this.#wrongByPair = new Counting({ most: limits.authFailuresPerPair - 1, ...auth });
    this.#wrongByIp = new Counting({ most: limits.authFailuresPerIp - 1, ...auth });
    this.#takeovers = new Counting({
      most: limits.takeovers,
      windowMs: limits.takeoverWindowMs,
      banMs: limits.takeoverBanMs,
      keys,
    });
    this.#flaps = new Counting({ most: limits.flaps, windowMs: limits.flapWindowMs, banMs: limits.flapBanMs, keys });
  }

  /** Undefined: come in; `left` must be called when the connection ends. */
  arrives(ip: string, now: EpochMs): 'tooManyConnections' | 'connectRate' | 'banned' | undefined {
    const open = this.#open.get(ip) ?? 0;
    const { connectionsLoopback, connectionsPerIp } = this.#limits;
    if (open >= (isLoopback(ip) ? connectionsLoopback : connectionsPerIp)) return 'tooManyConnections';
    if (this.#wrongByIp.isBanned(ip, now)) return 'banned';
    const rate = isLoopback(ip) ? this.#connectsLoopback : this.#connects;
    if (rate.isBanned(ip, now) || rate.happened(ip, now)) return 'connectRate';
    this.#open.set(ip, open + 1);
    return undefined;
  }

  left(ip: string): void {
    const open = (this.#open.get(ip) ?? 1) - 1;
    if (open > 0) this.#open.set(ip, open);
    else this.#open.delete(ip);
  }

  /** By agent and address together: nobody can lock an agent out from elsewhere. */
  mayTry(ip: string, { agent }: AgentAddress, now: EpochMs): boolean {
    return !this.#wrongByPair.isBanned(`${ip} ${agent}`, now);
  }

  wrongSecret(ip: string, { agent }: AgentAddress, now: EpochMs): void {
    this.#wrongByPair.happened(`${ip} ${agent}`, now);
    this.#wrongByIp.happened(ip, now);
  }

  /** False when the agent comes and goes too often: its next connections from there wait. */
  rightSecret(ip: string, { agent }: AgentAddress, now: EpochMs): boolean {
    const pair = `${ip} ${agent}`;
    this.#wrongByPair.forget(pair);
    return !this.#flaps.isBanned(pair, now) && !this.#flaps.happened(pair, now);
  }

  /** While an agent is banned from takeovers its standing connection stays, and a new one is taken when there is none. */
  mayTakeOver({ agent }: AgentAddress, now: EpochMs): boolean {
    return !this.#takeovers.isBanned(agent, now) && !this.#takeovers.happened(agent, now);
  }
}
