import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo } from '../contract.ts';
import type { PingConnection } from './connection.ts';
import type { BurstPlan } from './model.ts';
import { parseFping, parseLimits, parsePing } from './parse.core.ts';

export const burstLimits = {
  /** Hosts whose bursts begin within this go into one call of fping. */
  gatherMs: 100,
  hostsPerCall: parseLimits.hosts,
  /** Calls of ping at once, where there is no fping. */
  pings: 8,
  outputBytes: 256 * 1_024,
} as const;

type Rtts = readonly (number | undefined)[];
type Outcome = Result<Rtts, DriverFailure>;

interface Waiting {
  readonly host: string;
  readonly resolve: (outcome: Outcome) => void;
}

interface Group {
  readonly plan: BurstPlan;
  readonly io: DriverIo;
  readonly waiting: Waiting[];
}

/** Sends the bursts of all hosts of a program: those that are due together share one call. */
export class Bursts {
  readonly #groups = new Map<string, Group>();
  readonly #queue: (() => void)[] = [];
  #pings = 0;
  /** Found not to be there, or to lack the right to send. */
  #noFping = false;

  /** Round-trip times of `count + 1` echoes, the first of them still there. */
  burst(host: string, program: PingConnection['program'], plan: BurstPlan, io: DriverIo): Promise<Outcome> {
    if (program === 'ping' || (program === 'auto' && this.#noFping)) return this.#ping(host, plan, io);
    const key = `${program} ${plan.count} ${plan.gapMs} ${plan.waitMs}`;
    return new Promise((resolve) => {
      const group = this.#groups.get(key) ?? this.#begin(key, program, plan, io);
      group.waiting.push({ host, resolve });
      if (group.waiting.length >= burstLimits.hostsPerCall) this.#groups.delete(key);
    });
  }

  #begin(key: string, program: PingConnection['program'], plan: BurstPlan, io: DriverIo): Group {
    const group: Group = { plan, io, waiting: [] };
    this.#groups.set(key, group);
    io.clock.after(burstLimits.gatherMs, () => {
      if (this.#groups.get(key) === group) this.#groups.delete(key);
      void this.#fping(group, program);
    });
    return group;
  }

  async #fping({ plan, io, waiting }: Group, program: PingConnection['program']): Promise<void> {
    const hosts = [...new Set(waiting.map(({ host }) => host))];
    const words = ['-C', String(plan.count + 1), '-q', '-p', String(plan.gapMs), '-t', String(plan.waitMs), '--', ...hosts];
    const spreadMs = (plan.count + 1) * Math.max(plan.gapMs, hosts.length * 25) + plan.waitMs;
    const ran = await io.runProgram({
      program: 'fping',
      words,
      deadlineMs: Math.min(55_000, spreadMs + 3_000),
      outputBytesMax: burstLimits.outputBytes,
    });
    const unable = ran.ok ? ran.value.code > 2 : ran.error.kind === 'unsupported';
    if (unable && program === 'auto') {
      this.#noFping = true;
      io.log.log('info', 'noFping', { detail: ran.ok ? ran.value.stderr.slice(0, 120) : 'not installed' });
      for (const { host, resolve } of waiting) void this.#ping(host, plan, io).then(resolve);
      return;
    }
    const bursts = new Map((ran.ok ? parseFping(ran.value.stderr) : undefined)?.map(({ host, rtts }) => [host, rtts]));
    for (const { host, resolve } of waiting) {
      const rtts = bursts.get(host);
      if (!ran.ok) resolve(ran);
      else resolve(rtts?.length === plan.count + 1 ? ok(rtts) : err(malformed('fping', ran.value.stderr)));
    }
  }

  async #ping(host: string, plan: BurstPlan, io: DriverIo): Promise<Outcome> {
    if (this.#pings >= burstLimits.pings) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#pings++;
    try {
      return await pingOnce(host, plan, io);
    } finally {
      this.#pings--;
      this.#queue.shift()?.();
    }
  }
}

async function pingOnce(host: string, plan: BurstPlan, io: DriverIo): Promise<Outcome> {
  const waitS = Math.ceil(plan.waitMs / 1_000);
  // Users that are not root may not send faster than five a second.
  const gapMs = Math.max(200, plan.gapMs);
  const ran = await io.runProgram({
    program: 'ping',
    words: ['-n', '-c', String(plan.count + 1), '-i', String(gapMs / 1_000), '-W', String(waitS), '--', host],
    deadlineMs: Math.min(55_000, (plan.count + 1) * Math.max(gapMs, 1_000) + plan.waitMs + 3_000),
    outputBytesMax: burstLimits.outputBytes,
  });
  if (!ran.ok) return ran;
  const burst = parsePing(ran.value.stdout);
  return burst === undefined ? err(malformed('ping', ran.value.stderr || ran.value.stdout)) : ok(burst.rtts);
}

const malformed = (program: string, output: string): DriverFailure => ({
  kind: 'malformed',
  detail: `${program} said: ${output.split('\n')[0]?.slice(0, 120) ?? ''}`,
  frameHex: '',
});
