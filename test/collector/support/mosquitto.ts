/** A real Mosquitto with a configuration that is given, on a port that is free. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';

/** False where it is not installed: whoever needs it is skipped then. */
export const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined;

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface MosquittoStart {
  readonly conf: string;
  /** What the file is to say instead. */
  readonly change?: (text: string) => string;
  readonly log?: string;
}

export class Mosquitto {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;

  constructor({ conf, change = (text) => text, log }: MosquittoStart) {
    const file = `${conf}.run`;
    // Root would become the user mosquitto, who may not read a folder that is ours alone.
    const user = process.getuid?.() === 0 ? 'user root\n' : '';
    fs.writeFileSync(file, `${user}${change(fs.readFileSync(conf, 'utf8'))}`, { mode: 0o600 });
    const out = log === undefined ? 'ignore' : fs.openSync(log, 'a', 0o600);
    const child = spawn('mosquitto', ['-c', file], { stdio: ['ignore', out, out] });
    if (typeof out === 'number') fs.closeSync(out);
    running.add(child);
    this.child = child;
    this.ended = new Promise((resolve) =>
      child.once('close', () => {
        running.delete(child);
        resolve();
      }),
    );
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
