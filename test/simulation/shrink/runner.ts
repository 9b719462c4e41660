import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SeedReport } from '../simulate.ts';
import type { RunSpec } from './found.ts';

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));

/** A process of its own that runs one spec after another; with `plant` in it. */
export class SpecRunner {
  readonly #child;
  readonly #waiting: { readonly resolve: (report: SeedReport) => void; readonly reject: (cause: Error) => void }[] = [];

  constructor(plant: string | undefined) {
    this.#child = spawn(process.execPath, [worker, ...(plant === undefined ? [] : [plant])], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) =>
      this.#waiting.shift()?.resolve(JSON.parse(line) as SeedReport),
    );
    this.#child.once('exit', (code) => {
      for (const { reject } of this.#waiting.splice(0))
        reject(new Error(`the process with ${plant ?? 'no bug'} ended with ${code}`));
    });
  }

  run(spec: RunSpec): Promise<SeedReport> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(spec)}\n`);
    });
  }

  close(): void {
    this.#child.stdin.end();
  }
}
