/** A mail server on this machine, with STARTTLS where it has a certificate, that refuses what it is told to refuse. */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { TlsPair } from './http.ts';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers as they came, unfolded, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Header lines as they came. */
  readonly headerLines: readonly string[];
  /** Text, decoded. */
  readonly text: string;
  readonly overTls: boolean;
}

/** Where it says no, and what: `550 5.1.1 no such user`. */
export interface SmtpRefusal {
  readonly stage: 'login' | 'sender' | 'recipient' | 'message';
  readonly answer: string;
}

export interface SmtpServerOptions {
  readonly port?: number;
  readonly tls?: TlsPair;
  /** TLS from the first byte. */
  readonly implicit?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
}

export interface SmtpTestServer {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  readonly refuse: (refusal: SmtpRefusal | null) => void;
  close(): Promise<void>;
}

export async function startSmtpServer({
  port = 0,
  tls,
  implicit = false,
  login,
}: SmtpServerOptions = {}): Promise<SmtpTestServer> {
  const received: ReceivedMail[] = [];
  let refusal: SmtpRefusal | null = null;
  const refusedAt = (stage: SmtpRefusal['stage']): Error | null => (refusal?.stage === stage ? answerOf(refusal.answer) : null);
  const server = new SMTPServer({
    secure: implicit,
    ...(tls === undefined ? {} : { key: tls.key, cert: tls.cert }),
    disabledCommands: [...(tls === undefined || implicit ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])],
    authOptional: login === undefined,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 500,
    onAuth: ({ username, password }, _session, done) => {
      const right = username === login?.user && password === login?.password;
      const refused = refusedAt('login');
      if (refused !== null) done(refused);
      else if (right) done(null, { user: username ?? '' });
      else done(answerOf('535 5.7.8 wrong user or password'));
    },
    onMailFrom: (_address, _session, done) => done(refusedAt('sender')),
    onRcptTo: (_address, _session, done) => done(refusedAt('recipient')),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const refused = refusedAt('message');
        if (refused === null) received.push(mailOf(Buffer.concat(parts).toString('utf8'), session));
        done(refused);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    refuse: (next) => {
      refusal = next;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}

function answerOf(answer: string): Error {
  const [, code = '550', text = ''] = /^(\d{3}) (.*)$/.exec(answer) ?? [];
  return Object.assign(new Error(text), { responseCode: Number(code) });
}

function mailOf(raw: string, session: SMTPServerSession): ReceivedMail {
  const split = raw.indexOf('\r\n\r\n');
  const headerLines = raw.slice(0, split).split('\r\n');
  const headers = new Map(
    raw
      .slice(0, split)
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const),
  );
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    headers,
    headerLines,
    text: decoded(raw.slice(split + 4), headers.get('content-transfer-encoding') ?? ''),
    overTls: session.secure,
  };
}

function decoded(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8');
    case 'quoted-printable':
      return Buffer.from(
        body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      ).toString('utf8');
    default:
      return body;
  }
}
