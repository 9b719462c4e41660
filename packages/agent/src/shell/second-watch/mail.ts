import { err, ok } from '@cardwatch/kernel';
import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import type { Teller } from '../../second-watch/teller.ts';

export const mailLimits = { answerMs: 8_000, deliveryMs: 25_000 } as const;

export interface MailTarget {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly ca: string | undefined;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** One connection for a message, none in between: months pass between two of them. TLS is always verified. */
export function mailTeller(target: MailTarget): Teller {
  const { name, from, to } = target;
  return {
    name,
    by: 'mail',
    send: async ({ noticeId, title, text, cleared }, signal) => {
      const transport = createTransport(transportOptions(target));
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(mailLimits.deliveryMs)]);
      try {
        await transport.sendMail({
          from: { name: '一卡通值守 Cardwatch', address: from },
          to: to.map((address) => ({ name: '', address })),
          envelope: { from, to: [...to] },
          subject: title,
          text,
          messageId: `<${noticeId}@cardwatch.invalid>`,
          priority: cleared ? 'normal' : 'high',
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: deadline,
        });
        return ok(undefined);
      } catch (error) {
        return err({ kind: 'notTold', detail: deadline.aborted ? '超时 no answer in time' : problemText(error) });
      } finally {
        transport.close();
      }
    },
    close: () => Promise.resolve(),
  };
}

function transportOptions({ host, port, security, ca, login }: MailTarget): SMTPTransportOptions {
  const { answerMs } = mailLimits;
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...(login === undefined ? {} : { auth: login }),
    connectionTimeout: answerMs,
    greetingTimeout: answerMs,
    socketTimeout: answerMs,
    dnsTimeout: answerMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
}

/** Codes alone: the server's words may quote addresses. */
function problemText(error: unknown): string {
  const { code, responseCode } = typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>) : {};
  const codes = [code, responseCode].filter((each) => typeof each === 'string' || typeof each === 'number');
  return `邮件未送达 mail not delivered: ${codes.join(' ') || 'unknown'}`.slice(0, 120);
}
