/** The thread of `Watchdog`. */
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';

const { shared, target, folder, endlessMs } = workerData as {
  readonly shared: SharedArrayBuffer;
  readonly target: string;
  readonly folder: string | undefined;
  readonly endlessMs: number;
};
const head = new Int32Array(shared, 0, 2);
for (let before = -1; ; ) {
  await sleep(endlessMs);
  const now = head[0] ?? 0;
  if (now === before) end();
  before = now;
}

function end(): never {
  const input = Buffer.from(new Uint8Array(shared, 8, head[1]));
  writeSync(
    1,
    `${target}: an input of ${input.length} bytes does not end within ${endlessMs} ms\n  ${input.toString('hex').slice(0, 2_000)}\n`,
  );
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${target}-endless.bin`), input);
  }
  return process.kill(process.pid, 'SIGKILL') as never;
}
