// Preloaded into a program: each of its threads collects what it no longer holds and gives it back, all at the same moment every so many seconds, and
// writes down when and how many bytes of the process are resident right after. Plain JavaScript: it comes before types are read.
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const file = process.env.CARDWATCH_COLLECTED;
const everyMs = Number(process.env.CARDWATCH_COLLECT_EVERY_S ?? 0) * 1_000;
if (file !== undefined && everyMs > 0) {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const next = () =>
    setTimeout(
      () => {
        gc({ type: 'major', flavor: 'last-resort' });
        appendFileSync(file, `${Date.now()} ${process.memoryUsage.rss()}\n`);
        next();
      },
      everyMs - (Date.now() % everyMs),
    ).unref();
  next();
}
