import type { LogFields, Logger, LogLevel } from '@cardwatch/kernel';

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** One JSON object a line on standard error. */
export function jsonLogger(least: LogLevel, base: LogFields = {}): Logger {
  return {
    log: (level, event, fields = {}) => {
      if (ranks[level] < ranks[least]) return;
      process.stderr.write(`${JSON.stringify({ at: new Date(Date.now()).toISOString(), level, event, ...base, ...fields })}\n`);
    },
    child: (fields) => jsonLogger(least, { ...base, ...fields }),
  };
}
