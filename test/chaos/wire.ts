/** A network namespace for the collector, and the one wire to it: two ends of a veth pair. Down, nothing passes and nobody is told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { run, sleep } from './command.ts';

const [near, far] = ['cwnear', 'cwfar'] as const;
const [nearAddress, farAddress] = ['10.213.77.1', '10.213.77.2'] as const;
const holdTriesMax = 200;

export class Wire {
  readonly host = farAddress;
  /** Of the near end, as the far one sees it. */
  readonly nearHost = nearAddress;
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** In a network of our own only: the addresses are fixed. */
  static async lay(): Promise<Wire> {
    const wire = new Wire(spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' }));
    await wire.#untilApart();
    await run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', wire.#pid);
    await run('ip', 'addr', 'add', `${nearAddress}/30`, 'dev', near);
    await run('ip', 'link', 'set', near, 'up');
    const [command = '', ...words] = wire.before;
    await run(command, ...words, 'ip', 'link', 'set', 'lo', 'up');
    await run(command, ...words, 'ip', 'addr', 'add', `${farAddress}/30`, 'dev', far);
    await run(command, ...words, 'ip', 'link', 'set', far, 'up');
    return wire;
  }

  /** The command that brings a program to the far end. */
  get before(): readonly string[] {
    return ['nsenter', '-t', this.#pid, '-n'];
  }

  /** At the collector's end: near of it a connection that stands is not told, and a new one finds no neighbour after seconds. */
  async set(up: boolean): Promise<void> {
    const [command = '', ...words] = this.before;
    await run(command, ...words, 'ip', 'link', 'set', far, up ? 'up' : 'down');
  }

  /** The namespace goes with its holder, and the pair with it. May be called twice. */
  close(): void {
    this.#holder.kill('SIGKILL');
  }

  get #pid(): string {
    return String(this.#holder.pid);
  }

  async #untilApart(): Promise<void> {
    const own = readlinkSync('/proc/self/ns/net');
    for (let tries = 0; tries < holdTriesMax; tries++) {
      if (readlinkSync(`/proc/${this.#pid}/ns/net`) !== own) return;
      await sleep(10);
    }
    throw new Error('unshare --net made no network of its own');
  }
}
