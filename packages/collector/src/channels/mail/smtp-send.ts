/** One mail by one connection, with a moment before its end: without the last line (RFC 5321, 4.1.1.4) a server has nothing to deliver. */
import { Readable } from 'node:stream';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { HandOver } from '../channel.ts';

export interface SmtpAccess {
  readonly options: SMTPConnectionOptions;
  readonly auth: { readonly user: string; readonly pass: string } | null;
}

export interface RawMail {
  readonly from: string;
  readonly to: string;
  /** The whole message, headers first. */
  readonly raw: Buffer;
}

/** Rejects with what the mail library throws, or when the signal says so. `handingOver` is called once the server waits for the end of the mail. */
export async function sendBySmtp(
  { options, auth }: SmtpAccess,
  mail: RawMail,
  { signal, handingOver }: { readonly signal: AbortSignal; readonly handingOver: HandOver },
): Promise<void> {
  const connection = new SMTPConnection(options);
  const { promise: broken, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Error('called back'));
  connection.on('error', reject);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await Promise.race([broken, exchange(connection, auth, { mail, handingOver })]);
  } finally {
    signal.removeEventListener('abort', stop);
    connection.close();
  }
}

async function exchange(
  connection: SMTPConnection,
  auth: SmtpAccess['auth'],
  { mail, handingOver }: { readonly mail: RawMail; readonly handingOver: HandOver },
): Promise<void> {
  await done((call) => connection.connect(call));
  if (auth !== null && connection.allowsAuth) await done((call) => connection.login({ credentials: auth }, call));
  const message = Readable.from(untilHandedOver(mail.raw, handingOver), { objectMode: false });
  await done((call) => connection.send({ from: mail.from, to: [mail.to] }, message, call));
}

/** Read once the server asked for the mail (354): its end comes when it is kept that the mail may be out. */
async function* untilHandedOver(raw: Buffer, handingOver: HandOver): AsyncGenerator<Buffer> {
  yield raw;
  await handingOver();
}

const done = (work: (call: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    work((error) => (error === undefined || error === null ? resolve() : reject(error)));
  });
