import {
  type DeviceDeclaration,
  type Hello,
  type InstanceId,
  type Stream,
  type StreamPosition,
  sessionLimits,
} from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';

export interface HelloFacts {
  readonly instance: InstanceId;
  readonly epoch: Hello['epoch'];
  readonly streams: Readonly<Record<Stream, StreamPosition>>;
  readonly devices: readonly DeviceDeclaration[];
  readonly versions: Hello['versions'];
  readonly bootedAt: EpochMs;
  /** The challenge that came on this connection. */
  readonly answers: string | null;
}

/** How many hellos a device list needs. */
export const partsOf = (devices: readonly unknown[]): number => Math.max(1, Math.ceil(devices.length / sessionLimits.devices));

const devicesOfPart = (devices: readonly DeviceDeclaration[], part: number): readonly DeviceDeclaration[] =>
  devices.slice((part - 1) * sessionLimits.devices, part * sessionLimits.devices);

/** One part of the greeting, counted from 1. */
export const helloOf = (facts: HelloFacts, part: number, now: EpochMs): Hello => ({
  v: 1,
  instance: facts.instance,
  epoch: facts.epoch,
  streams: facts.streams,
  part,
  parts: partsOf(facts.devices),
  devices: [...devicesOfPart(facts.devices, part)],
  versions: facts.versions,
  bootedAt: facts.bootedAt,
  sentAt: now,
  answers: facts.answers,
});
