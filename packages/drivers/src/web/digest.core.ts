/** HTTP digest access authentication, RFC 7616, the client's side. Pure: hashing and the client nonce come in. */

/** Lower-case hex of the hash of the text's UTF-8 bytes. */
export type HashHex = (algorithm: DigestAlgorithm, text: string) => string;
export type DigestAlgorithm = 'MD5' | 'SHA-256';

export const digestLimits = { headerChars: 8_192, challenges: 8 } as const;

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  /** `-sess`: the client nonce is hashed into A1. */
  readonly session: boolean;
  /** undefined: the form of RFC 2069, without nonce count. */
  readonly qop: 'auth' | undefined;
  readonly opaque: string | undefined;
  readonly stale: boolean;
}

export interface DigestCredentials {
  readonly user: string;
  readonly password: string;
}

export interface DigestUse {
  readonly challenge: DigestChallenge;
  readonly method: string;
  /** Path with query, as it stands in the request line. */
  readonly uri: string;
  /** How often this nonce was used, this time included; from 1. */
  readonly count: number;
  readonly clientNonce: string;
}

/** All digest challenges that can be answered; other schemes, other algorithms and `auth-int` alone are left out. Never throws. */
export function challengesOf(header: string | readonly string[] | undefined): readonly DigestChallenge[] {
  if (header === undefined) return [];
  const lines = typeof header === 'string' ? [header] : header;
  const said = lines.flatMap((line) => (line.length > digestLimits.headerChars ? [] : schemesOf(line)));
  return said.slice(0, digestLimits.challenges).flatMap(({ scheme, words }) => (scheme === 'digest' ? challengeOf(words) : []));
}

/** SHA-256 before MD5; among equals the first. RFC 7616 section 3.7 lets the client take the strongest it knows. */
export const strongest = (challenges: readonly DigestChallenge[]): DigestChallenge | undefined =>
  challenges.find(({ algorithm }) => algorithm === 'SHA-256') ?? challenges[0];

/** Value of the `Authorization` header, RFC 7616 section 3.4. */
export function authorization(credentials: DigestCredentials, use: DigestUse, hash: HashHex): string {
  const { challenge, uri, clientNonce } = use;
  const count = use.count.toString(16).padStart(8, '0');
  const response = responseOf(credentials, use, count, hash);
  const quoted = (name: string, value: string): string => `${name}="${value.replace(/["\\]/g, '\\$&')}"`;
  return `Digest ${[
    quoted('username', credentials.user),
    quoted('realm', challenge.realm),
    quoted('nonce', challenge.nonce),
    quoted('uri', uri),
    quoted('response', response),
    `algorithm=${challenge.algorithm}${challenge.session ? '-sess' : ''}`,
    ...(challenge.qop === undefined ? [] : ['qop=auth', `nc=${count}`]),
    ...(challenge.qop === undefined && !challenge.session ? [] : [quoted('cnonce', clientNonce)]),
    ...(challenge.opaque === undefined ? [] : [quoted('opaque', challenge.opaque)]),
  ].join(', ')}`;
}

function responseOf({ user, password }: DigestCredentials, use: DigestUse, count: string, hash: HashHex): string {
  const { challenge, method, uri, clientNonce } = use;
  const { algorithm, realm, nonce, qop } = challenge;
  const plain = hash(algorithm, `${user}:${realm}:${password}`);
  const a1 = challenge.session ? hash(algorithm, `${plain}:${nonce}:${clientNonce}`) : plain;
  const a2 = hash(algorithm, `${method}:${uri}`);
  return hash(algorithm, qop === undefined ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${count}:${clientNonce}:auth:${a2}`);
}

interface SaidScheme {
  readonly scheme: string;
  readonly words: ReadonlyMap<string, string>;
}

/** RFC 9110 section 11.6.1: one header may hold several challenges, and commas stand between them, between their words and in quotes. */
function schemesOf(line: string): readonly SaidScheme[] {
  const found: { readonly scheme: string; readonly words: Map<string, string> }[] = [];
  const token = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|(?=[\s,]|$))/y;
  while (token.lastIndex < line.length) {
    const match = token.exec(line);
    if (match === null) break;
    const [, name = '', quoted, bare] = match;
    if (quoted === undefined && bare === undefined) found.push({ scheme: name.toLowerCase(), words: new Map() });
    else found.at(-1)?.words.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return found;
}

function challengeOf(words: ReadonlyMap<string, string>): readonly DigestChallenge[] {
  const realm = words.get('realm');
  const nonce = words.get('nonce');
  const named = /^(md5|sha-256)(-sess)?$/i.exec(words.get('algorithm') ?? 'MD5');
  const offered = words
    .get('qop')
    ?.split(',')
    .map((word) => word.trim().toLowerCase());
  if (realm === undefined || nonce === undefined || nonce === '' || named === null) return [];
  if (offered !== undefined && !offered.includes('auth')) return [];
  return [
    {
      realm,
      nonce,
      algorithm: named[1]?.toUpperCase() === 'SHA-256' ? 'SHA-256' : 'MD5',
      session: named[2] !== undefined,
      qop: offered === undefined ? undefined : 'auth',
      opaque: words.get('opaque'),
      stale: words.get('stale')?.toLowerCase() === 'true',
    },
  ];
}
