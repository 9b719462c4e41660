/** Carries out what the plan says, and looks after each power cut and kill of the collector whether what was promised is still there. */
import { join } from 'node:path';
import type { Site } from '../campus/site.ts';
import type { Broker } from './broker.ts';
import { sleep } from './command.ts';
import { claimsOf, stillKept } from './kept.ts';
import type { Blow, NetworkFault, Strike } from './plan.ts';
import type { Proxy, Weather, Way } from './proxy.ts';
import { inject } from './strace.ts';
import type { Volume } from './volume.ts';
import { type Checked, heldTo, type Witness } from './witness.ts';
import type { Wire } from './wire.ts';

export interface Field {
  readonly site: Site;
  readonly proxy: Proxy;
  readonly witness: Witness;
  /** Of each agent and of the collector; empty where there are none. */
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly wire: Wire | undefined;
  /** Undefined: the collector's own. */
  readonly broker: Broker | undefined;
}

/** What came of the strikes so far. */
export interface Tally {
  /** Promises that were looked after: records taken over, positions acknowledged. */
  promises: number;
  /** 4 KiB blocks of agents' disks that power cuts took away. */
  blocksLost: number;
  /** System calls that strace answered. */
  injected: number;
  readonly broken: string[];
}

export class Striker {
  readonly tally: Tally = { promises: 0, blocksLost: 0, injected: 0, broken: [] };
  readonly #field: Field;

  constructor(field: Field) {
    this.#field = field;
  }

  /** Resolves with what was done, when it is over and the struck process is up again. */
  async strike({ lane, blow }: Strike): Promise<string> {
    switch (blow.kind) {
      case 'kill':
      case 'brokerKill':
        return this.#kill(lane, blow.downMs);
      case 'powerCut':
        return this.#cutPower(lane, blow.downMs);
      case 'stop':
        return this.#stop(lane, blow.ms);
      case 'partition':
        return this.#partition(blow.ms);
      case 'diskError':
        return this.#failDisk(lane, blow);
      case 'network':
        return this.#network(blow);
    }
  }

  async #kill(name: string, downMs: number): Promise<string> {
    const { site, witness, broker } = this.#field;
    if (name === 'broker') return this.#killBroker(downMs);
    await site.kill(name);
    if (name === 'collector') this.#note(heldTo(witness.told(), site.database));
    await sleep(downMs);
    await site.restart(name);
    return `kill -9 ${name}${name === 'collector' && broker === undefined ? ', and the broker in it' : ''}`;
  }

  async #killBroker(downMs: number): Promise<string> {
    const { broker } = this.#field;
    await broker?.kill();
    await sleep(downMs);
    await broker?.start();
    return 'kill -9 mosquitto';
  }

  async #cutPower(name: string, downMs: number): Promise<string> {
    const { site, witness } = this.#field;
    const volume = this.#field.volumes.get(name);
    if (volume === undefined) throw new Error(`${name} has no disk of its own`);
    const claims = name === 'collector' ? [] : await this.#claims(name);
    await site.kill(name);
    const told = witness.told();
    const lost = await volume.cutPower();
    if (name === 'collector') this.#note(heldTo(told, site.database));
    else this.#note(await this.#agentKept(name, claims));
    this.tally.blocksLost += lost ?? 0;
    await sleep(downMs);
    await site.restart(name);
    return `power cut ${name}${lost === undefined ? '' : `, ${lost} blocks had not reached the disk`}`;
  }

  /** An agent that has just been started is given time to know its terminals again; one that does not is struck all the same. */
  async #claims(agent: string): ReturnType<typeof claimsOf> {
    const { site } = this.#field;
    const end = performance.now() + claimsMsMax;
    for (;;) {
      const claims = await claimsOf(site.options.statusPort + site.agents.indexOf(agent));
      if (claims.length > 0 || performance.now() > end) return claims;
      await sleep(claimsEveryMs);
    }
  }

  /** The ledger is looked into only for what is not in the journal, and may be away for a moment itself. */
  async #agentKept(agent: string, claims: Awaited<ReturnType<typeof claimsOf>>): Promise<Checked> {
    const { site } = this.#field;
    for (let tries = 1; ; tries++) {
      try {
        return await stillKept(claims, site.agentFolder(agent), site.database);
      } catch (failure) {
        if (tries >= askLedgerTimes) throw failure;
        await sleep(askLedgerEveryMs);
      }
    }
  }

  async #stop(name: string, ms: number): Promise<string> {
    const { site, broker } = this.#field;
    const process = name === 'broker' ? broker?.child : site.program(name)?.child;
    process?.kill('SIGSTOP');
    await sleep(ms);
    process?.kill('SIGCONT');
    return `SIGSTOP ${name === 'broker' ? 'mosquitto' : name} for ${ms} ms`;
  }

  async #partition(ms: number): Promise<string> {
    const { wire } = this.#field;
    if (wire === undefined) throw new Error('there is no wire to cut');
    await wire.set(false);
    await sleep(ms);
    await wire.set(true);
    return `partition for ${ms} ms`;
  }

  async #failDisk(agent: string, { fault, ms }: Extract<Blow, { readonly kind: 'diskError' }>): Promise<string> {
    const { site } = this.#field;
    await this.#claims(agent);
    const pid = site.program(agent)?.child.pid;
    if (pid === undefined) throw new Error(`${agent} does not run`);
    const log = join(site.options.folder, 'logs', `strace-${agent}.log`);
    const calls = await inject({ pid, fault, agentFolder: site.agentFolder(agent), log, ms });
    this.tally.injected += calls;
    return `disk of ${agent}: ${fault} for ${ms} ms, ${calls} calls`;
  }

  async #network(blow: NetworkFault): Promise<string> {
    const { proxy } = this.#field;
    switch (blow.fault) {
      case 'reset':
        proxy.cut();
        return 'connections reset';
      case 'cutAtByte':
        proxy.cutAfter(blow.way, blow.bytes);
        return `connections cut ${blow.way} at byte ${blow.bytes}`;
      case 'halfOpen':
        await this.#weather([blow.way], { silent: true }, blow);
        return `half-open: ${blow.way} silent for ${blow.ms} ms`;
      case 'silent':
        await this.#weather(both, { silent: true }, blow);
        return `network silent for ${blow.ms} ms`;
      case 'late':
        await this.#weather(both, { delayMs: blow.delayMs }, blow);
        return `network ${blow.delayMs} ms late for ${blow.ms} ms`;
      case 'slow':
        await this.#weather(both, { bytesPerSecond: blow.bytesPerSecond }, blow);
        return `network at ${(blow.bytesPerSecond * 8) / 1_000} kbit/s for ${blow.ms} ms`;
    }
  }

  async #weather(
    ways: readonly Way[],
    weather: Weather,
    { ms, thenReset = false }: { ms: number; thenReset?: boolean },
  ): Promise<void> {
    const { proxy } = this.#field;
    for (const way of ways) proxy.set(way, weather);
    await sleep(ms);
    if (thenReset) proxy.cut();
    for (const way of ways) proxy.set(way, {});
  }

  #note({ checked, problems }: Checked): void {
    this.tally.promises += checked;
    this.tally.broken.push(...problems);
  }
}

const both: readonly Way[] = ['up', 'down'];
const claimsMsMax = 15_000;
const claimsEveryMs = 250;
const askLedgerTimes = 40;
const askLedgerEveryMs = 500;
