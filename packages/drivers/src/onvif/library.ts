import type { Result } from '@cardwatch/kernel';
import type { DriverFailure } from '../contract.ts';
import type { OnvifCredentials } from './connection.ts';
import type { DeviceInformation } from './messages.core.ts';

/** What is used of node-onvif, and nothing else of it. */
export interface OnvifLibrary {
  /** One probe at a time in the whole process; a second one waits. */
  probe(target: ProbeTarget): Promise<Result<readonly Probed[], DriverFailure>>;
  information(question: InformationQuestion): Promise<Result<DeviceInformation, DriverFailure>>;
}

export interface ProbeTarget {
  /** Multicast group, or one address. */
  readonly address: string;
  readonly port: number;
}

/** A reply to a probe, untrusted: addresses are what the device claims. */
export interface Probed {
  readonly urn: string;
  readonly xaddrs: readonly string[];
  readonly scopes: readonly string[];
}

export interface InformationQuestion {
  readonly url: string;
  readonly credentials: OnvifCredentials | undefined;
  readonly signal: AbortSignal;
}
