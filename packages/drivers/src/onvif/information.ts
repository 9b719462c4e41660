import { type Result, ok } from '@cardwatch/kernel';
import type { DriverFailure } from '../contract.ts';
import type { OnvifClient } from './client.ts';
import { type OnvifConnection, originOf } from './connection.ts';
import type { OnvifLibrary } from './library.ts';
import { type DeviceInformation, deviceInformation } from './messages.core.ts';
import { requests } from './requests.core.ts';

export interface InformationParts {
  readonly connection: OnvifConnection;
  readonly client: OnvifClient;
  readonly library: () => Promise<OnvifLibrary>;
  readonly signal: AbortSignal;
}

/** Manufacturer, model, firmware, serial number: by node-onvif where it can (no TLS, no HTTP digest), else by our own client. */
export async function informationOf({
  connection,
  client,
  library,
  signal,
}: InformationParts): Promise<Result<DeviceInformation, DriverFailure>> {
  // The login is proven by our own client first: a wrong password is not tried by a library as well.
  const proven = await client.services(signal);
  if (!proven.ok) return proven;
  if (connection.scheme === 'http') {
    const { information } = await library();
    const url = `${originOf(connection)}${connection.path}`;
    const told = await information({ url, credentials: connection.credentials, signal });
    if (told.ok) return told;
  }
  const answered = await client.call({ request: requests.information, signal });
  return answered.ok ? ok(deviceInformation(answered.value)) : answered;
}
