// Preloaded into a program: each of its threads collects what it no longer holds, every so many seconds, and gives it back. Plain JavaScript: it comes before types are read.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const seconds = Number(process.env.CARDWATCH_COLLECT_EVERY_S ?? 0);
if (seconds > 0) {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  setInterval(() => gc({ type: 'major', flavor: 'last-resort' }), seconds * 1_000).unref();
}
