/** What a configuration that was read again changes. */
import type { LoadedConfig } from './load.ts';
import type { PlannedDevice } from './setup.ts';

/** Settings that are taken at the start alone and that differ. */
export function restartNeeded(before: LoadedConfig, after: LoadedConfig): readonly string[] {
  const parts: Readonly<Record<string, (loaded: LoadedConfig) => unknown>> = {
    site: ({ config }) => config.site,
    agent: ({ config }) => config.agent,
    secrets: ({ secrets }) => secrets,
    data: ({ dataFolder }) => dataFolder,
    collector: ({ config, ca }) => [config.collector, ca],
    status: ({ config }) => config.status,
    watchCollector: ({ secondWatch }) => secondWatch,
  };
  return Object.entries(parts).flatMap(([name, of]) => (same(of(before), of(after)) ? [] : [name]));
}

/** The new devices; one that nothing happened to is the same object as before. */
export function carriedOver(before: readonly PlannedDevice[], after: readonly PlannedDevice[]): readonly PlannedDevice[] {
  const known = new Map(before.map((device) => [device.declaration.deviceId, device]));
  return after.map((device) => {
    const old = known.get(device.declaration.deviceId);
    return old !== undefined && same(told(old), told(device)) ? old : device;
  });
}

/** All of a device that its session and its declaration are made of. */
const told = ({ driver, ...rest }: PlannedDevice): unknown => ({ ...rest, protocol: driver.protocol });

// All of it came out of YAML and zod: plain values, keys in the order of the schemas.
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
