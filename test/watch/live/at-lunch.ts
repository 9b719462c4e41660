/** Runs this program again with every clock of it and of its children set to lunch, by Debian's `faketime`: the watch judges by the hour. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dayMs, minuteMs, shanghaiOffsetMs } from '@cardwatch/kernel';

const library = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`;
const lunchMinute = 11 * 60 + 55;

/** Whether it is lunch now: really, or by the clock that this process was given. */
export function isLunch(now: number): boolean {
  const minute = Math.floor(((now + shanghaiOffsetMs) % dayMs) / minuteMs);
  return minute >= 10 * 60 + 30 && minute < 13 * 60 + 30;
}

/** The exit code of the run at lunch; null: this run goes on as it is, because it is lunch, or because the clock cannot be set. */
export function runAtLunch(now: number): number | null {
  if (isLunch(now) || !existsSync(library)) return null;
  const aheadMs = (lunchMinute * minuteMs - ((now + shanghaiOffsetMs) % dayMs) + dayMs) % dayMs;
  const env = {
    ...process.env,
    LD_PRELOAD: library,
    FAKETIME: `+${Math.round(aheadMs / 1_000)}`,
    // timers and measured times go on as they are
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  return spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env }).status ?? 1;
}
