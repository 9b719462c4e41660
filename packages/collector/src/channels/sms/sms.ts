import { ok, type Result } from '@cardwatch/kernel';
import type { Channel, ChannelFailure, ChannelKit, ChannelLimits, ChannelMessage, ChannelPorts, Delivery } from '../channel.ts';
import { failed, failedByStatus } from '../failure.core.ts';
import { ask, jsonOf, type Post } from '../post.ts';
import { oneLine, plainLines } from '@cardwatch/contracts/robots';
import { overLimits } from '../text.core.ts';
import { SmsSettings } from './settings.ts';
import { type BodyType, fill, textAt, type Values } from './template.core.ts';

/** 短信. A recipient's address is a phone number, with or without `+` and country code. */
export const smsKit: ChannelKit<SmsSettings> = {
  kind: 'sms',
  settings: SmsSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

const phonePattern = /^\+?\d{5,20}$/;

function open(settings: SmsSettings, ports: ChannelPorts): Channel {
  const { perMinute, textBytes } = settings;
  const limits: ChannelLimits = { titleBytes: 200, textBytes, perMinute, perSecond: null, countedBy: 'channel' };
  const secrets = Object.fromEntries(
    Object.entries(settings.secrets).map(([name, file]) => [`secret.${name}`, ports.secret(file)]),
  );
  return {
    kind: 'sms',
    limits,
    async send(message, signal, handingOver) {
      if (!phonePattern.test(message.address)) return failed({ kind: 'refused', detail: 'badAddress' });
      const over = overLimits(message, limits);
      if (over !== null) return over;
      const values = { ...secrets, phone: message.address, text: smsText(message), id: message.noticeId };
      const answer = await ask(ports, { ...requestOf(settings, values), signal, handingOver });
      if (!answer.ok) return answer;
      const { status, text, retryAfterMs } = answer.value;
      return settings.success.status.includes(status) ? judge(settings, text) : failedByStatus(status, retryAfterMs);
    },
    close: () => Promise.resolve(),
  };
}

/** One text: only the link to acknowledge, for each character costs. */
const smsText = (message: ChannelMessage): string =>
  [oneLine(message.title), plainLines(message.text), message.acknowledgeLink ?? message.link ?? '']
    .filter((part) => part !== '')
    .join('\n');

const contentTypes: Readonly<Record<BodyType, string>> = {
  json: 'application/json; charset=utf-8',
  form: 'application/x-www-form-urlencoded; charset=utf-8',
  text: 'text/plain; charset=utf-8',
};

function requestOf({ url, method, headers, body, bodyType }: SmsSettings, values: Values): Omit<Post, 'signal'> {
  const filled = Object.entries(headers).map(([name, text]) => [name, fill(text, values, 'header')] as const);
  return {
    url: fill(url, values, 'url'),
    method,
    headers: { 'content-type': contentTypes[bodyType], ...Object.fromEntries(filled) },
    body: fill(body, values, bodyType),
  };
}

function judge({ success, failures }: SmsSettings, text: string): Result<Delivery, ChannelFailure> {
  const json = jsonOf(text);
  const { codePath, codes, pattern, idPath } = success;
  const code = codePath === undefined ? null : textAt(json, codePath);
  const byCode = codePath === undefined || (code !== null && codes.includes(code));
  if (byCode && (pattern === undefined || new RegExp(pattern, 'u').test(text)))
    return ok({ providerId: idPath === undefined ? null : idText(textAt(json, idPath)), state: 'sent' });
  if (codePath !== undefined && code === null) return failed({ kind: 'serverError', detail: 'notUnderstood' });
  const kind = code !== null && Object.hasOwn(failures, code) ? failures[code] : undefined;
  return failed({ kind: kind ?? 'refused', detail: kind === 'rateLimited' ? 'tooFast' : 'unknownCode', code });
}

const idText = (id: string | null): string | null => (id === null ? null : id.replace(/[^\x21-\x7e]/g, '').slice(0, 128));
