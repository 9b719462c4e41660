/** Mosquitto in the place of the embedded broker, with the accounts, the ACL and the configuration that the collector's own command writes for it. */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { untilListening } from '../campus/ports.ts';
import { runProgram } from '../campus/programs.ts';
import type { Site } from '../campus/site.ts';
import { Mosquitto } from '../collector/support/mosquitto.ts';

const listeningMs = 30_000;

export interface BrokerPlace {
  /** Loopback when left out. */
  readonly host: string | undefined;
  readonly port: number;
  /** The command that brings it there: `nsenter …`. */
  readonly before: readonly string[];
  readonly folder: string;
  readonly endedByItself: (name: string, code: number, words: string) => void;
}

/** What the collector is told of it. */
export const brokerWords = ({ host = '127.0.0.1', port }: Pick<BrokerPlace, 'host' | 'port'>): readonly string[] => [
  '--broker-url',
  `mqtt://${host}:${port}`,
  '--broker-plain',
];

export class Broker {
  readonly #place: BrokerPlace;
  #running: Mosquitto | undefined;

  constructor(place: BrokerPlace) {
    this.#place = place;
  }

  get child(): ChildProcess | undefined {
    return this.#running?.child;
  }

  /** Once the agents are enrolled. */
  configure(site: Site): void {
    const { host = '127.0.0.1', port } = this.#place;
    const words = ['broker', 'mosquitto', '--data', site.collectorFolder, '--out', this.#folder, '--host', host];
    runProgram('collector', [...words, '--port', String(port), '--broker-plain']);
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const { host, port, before, folder, endedByItself } = this.#place;
    const log = join(folder, 'logs', 'mosquitto.log');
    const running = new Mosquitto({ conf: join(this.#folder, 'mosquitto.conf'), before, log });
    this.#running = running;
    void running.ended.then(() => {
      if (this.#running === running) endedByItself('mosquitto', running.child.exitCode ?? 1, `see ${log}`);
    });
    await untilListening(port, 'mosquitto', listeningMs, host);
  }

  /** kill -9. May be called twice. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.kill();
  }

  get #folder(): string {
    return join(this.#place.folder, 'mosquitto');
  }
}
