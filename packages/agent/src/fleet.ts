/** The lines of an agent and the loops that run them. The set of devices can change while they run. */
import type { Logger } from '@cardwatch/kernel';
import type { AgentDevice, Reconfigured } from './agent.ts';
import type { Line } from './collect/line.ts';

interface Running {
  readonly line: Line;
  readonly stop: AbortController;
  run: Promise<void>;
}

/**
 * One line for each `lineKey`. A device is known by its object: the same object again is a device that nothing happened to, and it misses no
 * poll; another object of the same id is a device that is closed and opened anew.
 */
export class Fleet {
  readonly #makeLine: (name: string, devices: readonly AgentDevice[]) => Line;
  readonly #log: Logger;
  readonly #byKey = new Map<string, Running>();
  readonly #lines: Line[] = [];
  #devices: readonly AgentDevice[];
  #signal: AbortSignal | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(devices: readonly AgentDevice[], makeLine: (name: string, devices: readonly AgentDevice[]) => Line, log: Logger) {
    this.#devices = devices;
    this.#makeLine = makeLine;
    this.#log = log;
    for (const [key, own] of byLine(devices)) this.#add(key, own);
  }

  /** Always the same list; its content changes. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  get devices(): readonly AgentDevice[] {
    return this.#devices;
  }

  lineOf(deviceId: string): Line | undefined {
    return this.#lines.find((line) => line.units.has(deviceId));
  }

  /** Runs all lines until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    // Not `AbortSignal.any`: what listens to such a signal is held until it aborts, whoever forgot the agent.
    signal.addEventListener('abort', () => this.#stop(), { once: true });
    for (const running of this.#byKey.values()) this.#start(running);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await this.#last;
    await Promise.all([...this.#byKey.values()].map(({ run }) => run));
  }

  /** One change after the other. What goes is closed before anything is opened, so that no port is wanted twice. */
  reconfigure(devices: readonly AgentDevice[]): Promise<Reconfigured> {
    const done = this.#last.then(() => this.#reconfigure(devices));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #reconfigure(devices: readonly AgentDevice[]): Promise<Reconfigured> {
    if (this.#signal?.aborted === true) return { added: 0, removed: 0, changed: 0, untouched: this.#devices.length };
    const before = new Map(this.#devices.map((device) => [device.declaration.deviceId, device]));
    const next = new Map(devices.map((device) => [device.declaration.deviceId, device]));
    const gone = this.#devices.filter((device) => next.get(device.declaration.deviceId) !== device);
    const come = devices.filter((device) => before.get(device.declaration.deviceId) !== device);
    await Promise.all(byLine(gone).map(([key, own]) => this.#take(key, own)));
    await Promise.all(byLine(come).map(([key, own]) => this.#bring(key, own)));
    this.#devices = devices;
    const changed = come.filter(({ declaration }) => before.has(declaration.deviceId)).length;
    return {
      added: come.length - changed,
      removed: gone.length - changed,
      changed,
      untouched: devices.length - come.length,
    };
  }

  async #take(key: string, devices: readonly AgentDevice[]): Promise<void> {
    const running = this.#byKey.get(key);
    if (running === undefined) return;
    const ids = devices.map(({ declaration }) => declaration.deviceId);
    if (ids.length < running.line.units.size) return running.line.change(ids, []);
    this.#byKey.delete(key);
    this.#lines.splice(this.#lines.indexOf(running.line), 1);
    running.stop.abort();
    await running.run;
  }

  async #bring(key: string, devices: readonly AgentDevice[]): Promise<void> {
    const running = this.#byKey.get(key);
    if (running !== undefined) await running.line.change([], devices);
    else this.#start(this.#add(key, devices));
  }

  #add(key: string, devices: readonly AgentDevice[]): Running {
    const line = this.#makeLine(devices[0]?.declaration.line ?? key, devices);
    const running: Running = { line, stop: new AbortController(), run: Promise.resolve() };
    this.#byKey.set(key, running);
    this.#lines.push(line);
    return running;
  }

  #stop(): void {
    for (const { stop } of this.#byKey.values()) stop.abort();
  }

  #start(running: Running): void {
    if (this.#signal?.aborted === true) running.stop.abort();
    // A loop that breaks is a bug: it is told once, and the rest goes on until it is stopped.
    running.run = running.line
      .run(running.stop.signal)
      .catch((error: unknown) => this.#log.log('error', 'loopBroke', { line: running.line.name, detail: String(error) }));
  }
}

function byLine(devices: readonly AgentDevice[]): readonly (readonly [string, readonly AgentDevice[]])[] {
  const byKey = new Map<string, AgentDevice[]>();
  for (const device of devices) byKey.set(device.lineKey, [...(byKey.get(device.lineKey) ?? []), device]);
  return [...byKey];
}
