/** Which version counts as published: the highest that any device of the group shows, since the first of them showed it. */
import type { EpochMs } from '@cardwatch/kernel';
import { type DeviceFact, publishedKey } from './world.core.ts';

interface Shown {
  readonly since: EpochMs;
  readonly devices: Set<string>;
}

const what = ['blacklist', 'parameter'] as const;

/** A version that no device shows any more is forgotten: a terminal with a damaged number does not make all others late once it is replaced. */
export class PublishedVersions {
  readonly latest = new Map<string, { readonly version: number; readonly since: EpochMs }>();
  readonly #shown = new Map<string, Map<number, Shown>>();

  /** `before`: what the device was until now. */
  take(before: DeviceFact | undefined, after: DeviceFact | undefined, now: EpochMs): void {
    for (const kind of what) {
      const [old, next] = [placeOf(before, kind), placeOf(after, kind)];
      if (old?.key === next?.key && old?.version === next?.version) continue;
      if (old !== undefined) this.#leave(old.key, old.version, before?.deviceId ?? '');
      if (next !== undefined) this.#join(next.key, next.version, after?.deviceId ?? '', now);
      for (const key of new Set([old?.key, next?.key])) if (key !== undefined) this.#settle(key);
    }
  }

  #leave(key: string, version: number, deviceId: string): void {
    const shown = this.#shown.get(key)?.get(version);
    shown?.devices.delete(deviceId);
    if (shown?.devices.size === 0) this.#shown.get(key)?.delete(version);
  }

  #join(key: string, version: number, deviceId: string, now: EpochMs): void {
    const versions = this.#shown.get(key) ?? new Map<number, Shown>();
    this.#shown.set(key, versions);
    const shown = versions.get(version) ?? { since: now, devices: new Set<string>() };
    shown.devices.add(deviceId);
    versions.set(version, shown);
  }

  #settle(key: string): void {
    const versions = this.#shown.get(key);
    if (versions === undefined || versions.size === 0) {
      this.latest.delete(key);
      return;
    }
    const version = Math.max(...versions.keys());
    const shown = versions.get(version);
    if (shown !== undefined) this.latest.set(key, { version, since: shown.since });
  }
}

function placeOf(device: DeviceFact | undefined, kind: (typeof what)[number]): { key: string; version: number } | undefined {
  const version = kind === 'blacklist' ? device?.blacklistVersion : device?.parameterVersion;
  return device === undefined || version === null || version === undefined
    ? undefined
    : { key: publishedKey(device, kind), version };
}
