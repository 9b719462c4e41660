/** What the host itself sees of the ways to its devices: hardware addresses of its ARP table, routers that answer for a packet with few hops to live. */
import { isPlainIpv4 } from './address.core.ts';

export const wayLimits = {
  /** Rows of the ARP table that are read. */
  arpRows: 4_096,
  /** Routers on a way; a campus has two or three. */
  hops: 8,
  /** Routers in a row that do not answer, after which a trace is given up. */
  silentHops: 2,
} as const;

/** `/proc/net/arp`, columns `IP address, HW type, Flags, HW address, Mask, Device`: complete Ethernet entries alone, IPv4 to `02:00:5e:10:07:01`. */
export function parseArp(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const row of text.split('\n', wayLimits.arpRows + 1).slice(1)) {
    const [ip = '', type, flags = '', mac = ''] = row.trim().split(/\s+/);
    const complete = type === '0x1' && (Number(flags) & 2) !== 0 && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac);
    if (complete && isPlainIpv4(ip) && mac !== '00:00:00:00:00:00') found.set(ip, mac.toLowerCase());
  }
  return found;
}

export type Hop =
  | { readonly kind: 'router'; readonly address: string }
  /** The host itself answered: it is no farther away. */
  | { readonly kind: 'arrived' }
  | { readonly kind: 'silent' };

/** What iputils' `ping -c 1 -t N` printed: `From 10.7.0.1 icmp_seq=1 Time to live exceeded`, or an echo. Anything else is silence. */
export function parseHop(text: string, host: string): Hop {
  for (const line of text.split('\n', 64)) {
    const router = /^From (\S{7,15}):? icmp_seq=\d{1,5} Time to live exceeded/.exec(line.slice(0, 200))?.[1];
    if (router !== undefined && isPlainIpv4(router)) return { kind: 'router', address: router };
    if (line.includes(` bytes from ${host}: icmp_seq=`)) return { kind: 'arrived' };
  }
  return { kind: 'silent' };
}

export interface Hosted {
  readonly deviceId: string;
  /** IPv4 that the device, or the box that it hangs on, is reached at. */
  readonly host: string | undefined;
  readonly isNetwork: boolean;
}

/** Whose address a host is: of the one device that has it; of several, the one that is network equipment (a serial server, not what is behind it). */
export function ownersOf(devices: readonly Hosted[]): ReadonlyMap<string, string> {
  const byHost = new Map<string, Hosted[]>();
  for (const device of devices)
    if (device.host !== undefined && isPlainIpv4(device.host) && !device.host.startsWith('127.'))
      byHost.set(device.host, [...(byHost.get(device.host) ?? []), device]);
  return new Map(
    [...byHost].flatMap(([host, all]) => {
      const owners = all.length === 1 ? all : all.filter(({ isNetwork }) => isNetwork);
      const [owner] = owners;
      return owner === undefined || owners.length > 1 ? [] : [[host, owner.deviceId] as const];
    }),
  );
}
