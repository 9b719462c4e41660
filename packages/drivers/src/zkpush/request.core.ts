import { serialNumber } from './connection.ts';

/** What a terminal may ask for. */
export type ZkPath = 'cdata' | 'registry' | 'push' | 'getrequest' | 'devicecmd' | 'querydata' | 'ping' | 'rtdata' | 'fdata';

export interface ZkRequest {
  readonly path: ZkPath;
  readonly serial: string;
  readonly post: boolean;
  /** Parameters by their name in lower case, the first of each. */
  readonly query: ReadonlyMap<string, string>;
}

export type ZkRefusal = { readonly kind: 'noPath' } | { readonly kind: 'badSerial' };

const paths: ReadonlySet<string> = new Set([
  'cdata',
  'registry',
  'push',
  'getrequest',
  'devicecmd',
  'querydata',
  'ping',
  'rtdata',
  'fdata',
]);
const isPath = (name: string): name is ZkPath => paths.has(name);

const urlCharactersMax = 2_048;

/** Firmware doubles the folder now and then, and clones put `.aspx` behind the name. */
export function zkRequest(method: string, url: string): ZkRequest | ZkRefusal {
  const [path = '', text = ''] = url.slice(0, urlCharactersMax).split('?', 2);
  const name = /^\/+(?:iclock\/+)+([a-z]{1,16})(?:\.aspx)?\/?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (!isPath(name) || (method !== 'GET' && method !== 'POST')) return { kind: 'noPath' };
  const query = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) if (!query.has(key.toLowerCase())) query.set(key.toLowerCase(), value);
  const serial = query.get('sn') ?? '';
  return serialNumber.test(serial) ? { path: name, serial, post: method === 'POST', query } : { kind: 'badSerial' };
}
