import { ok } from '@cardwatch/kernel';
import { createTransport, type SendMailOptions, type SMTPTransportOptions } from 'nodemailer';
import type { Channel, ChannelKit, ChannelLimits, ChannelMessage, ChannelPorts } from '../channel.ts';
import { MailAddress } from '../config/fields.ts';
import { failed, type Refusal } from '../failure.core.ts';
import { linksOf, oneLine, overLimits, plainLines } from '../text.core.ts';
import { MailSettings } from './settings.ts';
import { smtpFailure } from './smtp-failure.core.ts';

/** One answer of the server, and the whole of one delivery. */
export const mailLimits = { answerMs: 8_000, deliveryMs: 25_000 } as const;

/** 邮件 by SMTP. A recipient's address is one mail address. */
export const mailKit: ChannelKit<MailSettings> = {
  kind: 'mail',
  settings: MailSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

function open(settings: MailSettings, ports: ChannelPorts): Channel {
  const limits: ChannelLimits = {
    titleBytes: 400,
    textBytes: 64_000,
    perMinute: settings.perMinute,
    perSecond: null,
    countedBy: 'channel',
  };
  const transport = createTransport(transportOptions(settings, ports));
  return {
    kind: 'mail',
    limits,
    async send(message, signal) {
      const refused = checked(message, limits);
      if (refused !== null) return refused;
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(mailLimits.deliveryMs)]);
      try {
        const sent = await transport.sendMail({ ...mailOf(message, settings), signal: deadline });
        return ok({ providerId: sent.messageId.slice(0, 128), state: 'sent' });
      } catch (error) {
        return deadline.aborted ? failed({ kind: 'timeout', detail: 'deadline' }) : smtpFailure(problemOf(error));
      }
    },
    close: () => {
      transport.close();
      return Promise.resolve();
    },
  };
}

function checked(message: ChannelMessage, limits: ChannelLimits): Refusal | null {
  const fits = MailAddress.safeParse(message.address).success && /^[A-Za-z0-9-]{1,64}$/.test(message.noticeId);
  return fits ? overLimits(message, limits) : failed({ kind: 'refused', detail: 'badAddress' });
}

function transportOptions(settings: MailSettings, ports: ChannelPorts): SMTPTransportOptions {
  const { host, port, security, user, password, caFile } = settings;
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2', ...(caFile === undefined ? {} : { ca: ports.secret(caFile) }) },
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: ports.secret(password) } }),
    connectionTimeout: mailLimits.answerMs,
    greetingTimeout: mailLimits.answerMs,
    socketTimeout: mailLimits.answerMs,
    dnsTimeout: mailLimits.answerMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
}

/** Text alone, made from values that hold no line break where a header stands; addresses as objects, so that nothing in them is parsed. */
function mailOf(message: ChannelMessage, settings: MailSettings): SendMailOptions {
  const { from, fromName, replyTo, listDomain } = settings;
  return {
    from: { name: oneLine(fromName), address: from },
    to: { name: '', address: message.address },
    envelope: { from, to: [message.address] },
    ...(replyTo === undefined ? {} : { replyTo: { name: '', address: replyTo } }),
    subject: oneLine(message.title),
    text: [plainLines(message.text), ...linksOf(message).map(({ label, url }) => `${label}:\n${oneLine(url)}`)].join('\n\n'),
    messageId: `<${message.noticeId}@${listDomain}>`,
    priority: message.cleared ? 'normal' : message.level === 1 ? 'high' : 'normal',
    headers: {
      'List-Id': `Cardwatch <watch.${listDomain}>`,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What the mail library throws: an `Error` with some of these fields. */
function problemOf(error: unknown): Parameters<typeof smtpFailure>[0] {
  const fields = typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>) : {};
  const { code, originalCode, responseCode, response } = fields;
  const own = typeof originalCode === 'string' ? originalCode : code;
  return {
    code: typeof own === 'string' ? own : null,
    responseCode: typeof responseCode === 'number' ? responseCode : null,
    response: typeof response === 'string' ? response : '',
  };
}
