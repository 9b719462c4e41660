import { closeSync, existsSync, mkdirSync, openSync, readSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const chunkBytes = 1 << 20;

/** The append-only log of one data folder. A line is in the kernel before `append` returns, so a killed process forgets nothing. */
export interface LogFile {
  append(line: string): void;
  close(): void;
}

/** Gives every whole line to `take`, cuts off a torn last one, and opens the file for appending. */
export function openLogFile(folder: string, take: (line: string) => void): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'simulators.log');
  if (existsSync(path)) truncateSync(path, readLines(path, take));
  const file = openSync(path, 'a', 0o600);
  let open = true;
  return {
    append: (line) => {
      if (open) writeSync(file, `${line}\n`);
    },
    close: () => {
      if (open) closeSync(file);
      open = false;
    },
  };
}

/** Bytes up to and with the last line feed. */
function readLines(path: string, take: (line: string) => void): number {
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(chunkBytes);
  let rest = '';
  let whole = 0;
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
    const lines = (rest + chunk.toString('latin1', 0, read)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      whole += line.length + 1;
      take(line);
    }
  }
  closeSync(file);
  return whole;
}
