import { createInterface } from 'node:readline';
import type { LogFields, Logger, LogLevel } from '@cardwatch/kernel';

/** The command line's hands: what it prints, asks and ends with. */
export interface Terminal {
  out(text: string): void;
  /** As `out`, and resolves when the reader has caught up: for long answers. */
  outAll(text: string): Promise<void>;
  err(text: string): void;
  /** One line from the person or the pipe; not shown while it is typed. */
  readSecret(prompt: string): Promise<string>;
  /** Resolves at the first Ctrl-C or SIGTERM; the second one ends the process at once. */
  stopAsked(): Promise<string>;
  /** The verb is done: the process ends with this code, at the latest a second later. */
  end(code: number): void;
  /** Ends the process when it has not ended by itself within `graceMs`. */
  endWithin(graceMs: number): void;
}

// a reader that has seen enough, such as `head`, ends us without a word
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

/** What is still printing or closing after a verb has this long. */
const lingerMs = 1_000;

const endWithin = (graceMs: number): void => void setTimeout(() => process.exit(), graceMs).unref();

export const terminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  outAll: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(`${text}\n`)) resolve();
      else process.stdout.once('drain', resolve);
    }),
  err: (text) => void process.stderr.write(`${text}\n`),
  readSecret,
  stopAsked: () =>
    new Promise((resolve) => {
      let asked = false;
      const stop = (signal: string): void => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal);
      };
      process.on('SIGINT', () => stop('SIGINT'));
      process.on('SIGTERM', () => stop('SIGTERM'));
    }),
  end: (code) => {
    process.exitCode = code;
    endWithin(lingerMs);
  },
  endWithin,
};

async function readSecret(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  process.stderr.write(prompt);
  return typed();
}

/** Of the pipe; empty when it says nothing. */
async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}

/** Keys of a terminal without echo, up to Enter. */
async function typed(): Promise<string> {
  process.stdin.setRawMode(true);
  let text = '';
  try {
    for await (const chunk of process.stdin) {
      for (const key of String(chunk)) {
        if (key === '\r' || key === '\n') return text;
        if (key === '\u0003') process.exit(130);
        text = key === '\u007f' ? text.slice(0, -1) : text + key;
      }
    }
    return text;
  } finally {
    process.stdin.setRawMode(false);
    process.stderr.write('\n');
  }
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** One JSON object a line on standard error. */
export function lineLogger(least: LogLevel, base: LogFields = {}): Logger {
  return {
    log: (level, event, fields = {}) => {
      if (levels.indexOf(level) < levels.indexOf(least)) return;
      process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...base, ...fields })}\n`);
    },
    child: (fields) => lineLogger(least, { ...base, ...fields }),
  };
}
