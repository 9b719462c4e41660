import { access, readFile, statfs } from 'node:fs/promises';
import type { HostFacts } from '../ports.ts';

const thermal = '/sys/class/thermal/thermal_zone0/temp';
/** systemd-timesyncd makes this file at its first good answer. */
const synchronised = '/run/systemd/timesync/synchronized';

/** What the machine says of itself; CPU is the share of one core since the last call. */
export function hostFacts(dataFolder: string): () => Promise<HostFacts> {
  let usage = process.cpuUsage();
  let at = performance.now();
  return async () => {
    const now = performance.now();
    const used = process.cpuUsage(usage);
    const cpuPct = (used.user + used.system) / 10 / Math.max(1, now - at);
    usage = process.cpuUsage();
    at = now;
    const temperatureC = await temperature();
    return {
      rssBytes: process.memoryUsage.rss(),
      cpuPct: Math.max(0, cpuPct),
      diskFreeBytes: await diskFree(dataFolder),
      ...(temperatureC === undefined ? {} : { temperatureC }),
      clockQuality: await clockQuality(),
    };
  };
}

async function temperature(): Promise<number | undefined> {
  try {
    const value = Number(await readFile(thermal, 'utf8')) / 1_000;
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function diskFree(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

async function clockQuality(): Promise<HostFacts['clockQuality']> {
  try {
    await access('/run/systemd/timesync');
  } catch {
    return 'unknown';
  }
  try {
    await access(synchronised);
    return 'synced';
  } catch {
    return 'unsynced';
  }
}
