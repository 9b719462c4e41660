/** Mosquitto in the place of the embedded broker, with the accounts, the ACL and the configuration that the collector's own command writes for it. */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { untilListening } from '../campus/ports.ts';
import { runProgram } from '../campus/programs.ts';
import type { Site } from '../campus/site.ts';
import { Mosquitto } from '../collector/support/mosquitto.ts';

const listeningMs = 30_000;

export interface BrokerPlace {
  readonly port: number;
  readonly folder: string;
  readonly endedByItself: (name: string, code: number, words: string) => void;
}

/** What the collector is told of it; `host`: as the collector sees it. */
export const brokerWords = (host: string, { port }: Pick<BrokerPlace, 'port'>): readonly string[] => [
  '--broker-url',
  `mqtt://${host}:${port}`,
  '--broker-plain',
];

/** On the agents' side of the wire: a partition is one between broker and collector. */
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
    const words = ['broker', 'mosquitto', '--data', site.collectorFolder, '--out', this.#folder, '--host', '0.0.0.0'];
    runProgram('collector', [...words, '--port', String(this.#place.port), '--broker-plain']);
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const { port, folder, endedByItself } = this.#place;
    const log = join(folder, 'logs', 'mosquitto.log');
    const running = new Mosquitto({ conf: join(this.#folder, 'mosquitto.conf'), log });
    this.#running = running;
    void running.ended.then(() => {
      if (this.#running === running) endedByItself('mosquitto', running.child.exitCode ?? 1, `see ${log}`);
    });
    await untilListening(port, 'mosquitto', listeningMs);
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
