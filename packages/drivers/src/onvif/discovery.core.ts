import { type XmlNode, childrenOf, nodeAt, textAt } from '../web/xml.core.ts';

export interface Xaddr {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** An address of a device service with an IPv4 literal for a host; nothing else is followed. */
export function parseXaddr(text: string): Xaddr | undefined {
  const match = /^(https?):\/\/(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?(\/[A-Za-z0-9/_.-]{0,120})$/.exec(text);
  if (match === null) return undefined;
  const [, scheme, host = '', port, path = '/'] = match;
  const number = port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
  if (ipv4(host) === undefined || number < 1 || number > 65_535) return undefined;
  return { scheme: scheme === 'https' ? 'https' : 'http', host, port: number, path };
}

export function ipv4(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

const inRange = (host: string, range: string): boolean => {
  const [base = '', bits = '32'] = range.split('/');
  const [address, network] = [ipv4(host), ipv4(base)];
  const size = 2 ** (32 - Number(bits));
  return address !== undefined && network !== undefined && Math.floor(address / size) === Math.floor(network / size);
};

const isLinkLocal = (host: string): boolean => inRange(host, '169.254.0.0/16');
const ownNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8'] as const;

/** Within the range that was asked for, or else within the address ranges of private networks; never link-local. */
export function isCandidate(xaddr: string, within: string | undefined): boolean {
  const host = parseXaddr(xaddr)?.host;
  if (host === undefined || isLinkLocal(host)) return false;
  return within === undefined ? ownNetworks.some((range) => inRange(host, range)) : inRange(host, within);
}

/** The one whose host sent the reply, where that is known; else the first that is not link-local. */
export function pickXaddr(xaddrs: readonly string[], sender: string | undefined): string | undefined {
  const usable = xaddrs.filter((each) => {
    const host = parseXaddr(each)?.host;
    return host !== undefined && !isLinkLocal(host);
  });
  return usable.find((each) => parseXaddr(each)?.host === sender) ?? usable[0];
}

export interface ProbeMatch {
  readonly urn: string;
  readonly xaddrs: readonly string[];
  readonly scopes: readonly string[];
}

/** All matches of a reply: some devices put several into one. */
export function probeMatches(body: XmlNode): readonly ProbeMatch[] {
  return childrenOf(nodeAt(body, 'ProbeMatches'), 'ProbeMatch')
    .slice(0, 64)
    .map((match) => ({
      urn: textAt(match, 'EndpointReference', 'Address') ?? '',
      xaddrs: (textAt(match, 'XAddrs') ?? '').split(/\s+/).filter((part) => part !== ''),
      scopes: (textAt(match, 'Scopes') ?? '').split(/\s+/).filter((part) => part !== ''),
    }));
}
