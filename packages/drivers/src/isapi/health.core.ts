/** What a terminal says of itself: deviceInfo, System/status, AcsWorkStatus, httpHosts. Namespaces differ by age of the firmware, so local names only. */
import type { DeviceIdentity, RawValue } from '../contract.ts';
import { type Fields, count32At, fieldsAt, listAt, textAt as fieldText } from '../gate/fields.core.ts';
import { type XmlNode, childrenOf, descendantsOf, nodeAt, textAt } from '../web/xml.core.ts';

export interface DeviceInfo extends DeviceIdentity {
  readonly deviceType?: string;
}

/** `GET /ISAPI/System/deviceInfo`. Undefined when it is another document or names no serial number. */
export function deviceInfoOf(root: XmlNode): DeviceInfo | undefined {
  const serial = textAt(root, 'serialNumber');
  if (root.name !== 'DeviceInfo' || serial === undefined) return undefined;
  const firmware = [textAt(root, 'firmwareVersion'), textAt(root, 'firmwareReleasedDate')].filter((text) => text !== undefined);
  const model = textAt(root, 'model');
  const mac = textAt(root, 'macAddress');
  const deviceType = textAt(root, 'deviceType');
  return {
    serial,
    ...(model === undefined ? {} : { model }),
    ...(firmware.length === 0 ? {} : { firmware: firmware.join(' ') }),
    ...(mac === undefined ? {} : { mac: mac.toLowerCase() }),
    ...(deviceType === undefined ? {} : { deviceType }),
  };
}

export interface SystemStatus {
  readonly uptimeSec: number | undefined;
  readonly deviceTime: string | undefined;
  readonly cpu: number | undefined;
  readonly memUsed: number | undefined;
  readonly memAvail: number | undefined;
}

/** `GET /ISAPI/System/status`; CPU percent of the first core, memory in MB. */
export function systemStatusOf(root: XmlNode): SystemStatus | undefined {
  if (root.name !== 'DeviceStatus') return undefined;
  const memory = nodeAt(root, 'MemoryList', 'Memory');
  return {
    uptimeSec: numberOf(textAt(root, 'deviceUpTime')),
    deviceTime: textAt(root, 'currentDeviceTime'),
    cpu: numberOf(textAt(root, 'CPUList', 'CPU', 'cpuUtilization')),
    memUsed: numberOf(textAt(memory, 'memoryUsage')),
    memAvail: numberOf(textAt(memory, 'memoryAvailable')),
  };
}

/** `GET /ISAPI/System/time`: the local time as it stands there. */
export const systemTimeOf = (root: XmlNode): string | undefined => (root.name === 'Time' ? textAt(root, 'localTime') : undefined);

export interface PushTarget {
  readonly target: string;
  readonly auth: string;
}

/** `GET /ISAPI/Event/notification/httpHosts`: where the terminal posts to. */
export function httpHostsOf(root: XmlNode): readonly PushTarget[] | undefined {
  if (!root.name.startsWith('HttpHostNotification')) return undefined;
  const hosts = root.name === 'HttpHostNotification' ? [root] : childrenOf(root, 'HttpHostNotification');
  return hosts.map((host) => {
    const name = textAt(host, 'ipAddress') ?? textAt(host, 'hostName') ?? '';
    const protocol = (textAt(host, 'protocolType') ?? 'HTTP').toLowerCase();
    const target = `${protocol}://${name}:${textAt(host, 'portNo') ?? ''}${textAt(host, 'url') ?? ''}`;
    return { target, auth: textAt(host, 'httpAuthenticationMethod') ?? 'none' };
  });
}

/** Of the body of a 401: how long the account is locked, ms; 0 when it is not, or does not say so. */
export function lockedForMs(root: XmlNode): number {
  const locked = descendantsOf(root, 'lockStatus').some(({ text }) => text.trim() === 'lock');
  const seconds = numberOf(descendantsOf(root, 'unlockTime')[0]?.text.trim());
  return locked ? Math.min(seconds ?? 1_800, 86_400) * 1_000 : 0;
}

export type WorkStatus = Fields;

/** `GET /ISAPI/AccessControl/AcsWorkStatus?format=json`. */
export const workStatusOf = (reply: Fields): WorkStatus | undefined => fieldsAt(reply, 'AcsWorkStatus');

/** One value of it. Lists may be longer or shorter than there are doors: what is missing is unknown. */
export function workValue(status: WorkStatus, field: string, index: number | undefined): RawValue {
  if (index === undefined) return count32At(status, field) ?? fieldText(status, field);
  const item = listAt(status, field)?.[index];
  return typeof item === 'number' || typeof item === 'string' ? item : undefined;
}

function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined || !/^\d{1,12}(\.\d{1,9})?$/.test(text) ? undefined : Number(text);
  return value;
}
