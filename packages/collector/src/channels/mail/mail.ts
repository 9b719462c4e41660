import { ok } from '@cardwatch/kernel';
import type { MailComposerOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Channel, ChannelKit, ChannelLimits, ChannelMessage, ChannelPorts } from '../channel.ts';
import { MailAddress } from '../config/fields.ts';
import { failed, type Refusal } from '../failure.core.ts';
import { oneLine, plainLines } from '@cardwatch/contracts/robots';
import { linksOf, overLimits } from '../text.core.ts';
import { MailSettings } from './settings.ts';
import { smtpFailure } from './smtp-failure.core.ts';
import { type SmtpAccess, sendBySmtp } from './smtp-send.ts';

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
  const access = accessOf(settings, ports);
  return {
    kind: 'mail',
    limits,
    async send(message, signal, handingOver) {
      const refused = checked(message, limits);
      if (refused !== null) return refused;
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(mailLimits.deliveryMs)]);
      try {
        const raw = await new MailComposer(mailOf(message, settings)).compile().build();
        await sendBySmtp(access, { from: settings.from, to: message.address, raw }, { signal: deadline, handingOver });
        return ok({ providerId: messageIdOf(message, settings).slice(0, 128), state: 'sent' });
      } catch (error) {
        return deadline.aborted ? failed({ kind: 'timeout', detail: 'deadline' }) : smtpFailure(problemOf(error));
      }
    },
    close: () => Promise.resolve(),
  };
}

function checked(message: ChannelMessage, limits: ChannelLimits): Refusal | null {
  const fits = MailAddress.safeParse(message.address).success && /^[A-Za-z0-9-]{1,64}$/.test(message.noticeId);
  return fits ? overLimits(message, limits) : failed({ kind: 'refused', detail: 'badAddress' });
}

function accessOf(settings: MailSettings, ports: ChannelPorts): SmtpAccess {
  const { host, port, security, user, password, caFile } = settings;
  const options = {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2' as const, ...(caFile === undefined ? {} : { ca: ports.secret(caFile) }) },
    connectionTimeout: mailLimits.answerMs,
    greetingTimeout: mailLimits.answerMs,
    socketTimeout: mailLimits.answerMs,
    dnsTimeout: mailLimits.answerMs,
    logger: false,
  };
  return { options, auth: user === undefined || password === undefined ? null : { user, pass: ports.secret(password) } };
}

/** The same for every try of one notice: whoever keeps mail can tell a copy by it. */
const messageIdOf = ({ noticeId }: ChannelMessage, { listDomain }: MailSettings): string => `<${noticeId}@${listDomain}>`;

const urgent = { 'X-Priority': '1 (Highest)', 'X-MSMail-Priority': 'High', Importance: 'High' };

/** Text alone, made from values that hold no line break where a header stands; addresses as objects, so that nothing in them is parsed. */
function mailOf(message: ChannelMessage, settings: MailSettings): MailComposerOptions {
  const { from, fromName, replyTo, listDomain } = settings;
  return {
    from: { name: oneLine(fromName), address: from },
    to: { name: '', address: message.address },
    ...(replyTo === undefined ? {} : { replyTo: { name: '', address: replyTo } }),
    subject: oneLine(message.title),
    text: [plainLines(message.text), ...linksOf(message).map(({ label, url }) => `${label}:\n${oneLine(url)}`)].join('\n\n'),
    messageId: messageIdOf(message, settings),
    headers: {
      'List-Id': `Cardwatch <watch.${listDomain}>`,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(message.level === 1 && !message.cleared ? urgent : {}),
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
