/** Mail over a real SMTP server: what arrives, what is refused, and that TLS is never given up. */
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Channel } from '../../../packages/collector/src/channels/channel.ts';
import { MailSettings } from '../../../packages/collector/src/channels/mail/settings.ts';
import { openChannel } from '../../../packages/collector/src/channels/registry.ts';
import { type Certificates, hasOpenssl, makeCertificates } from '../servers/certificates.ts';
import { type SmtpTestServer, startSmtpServer } from '../servers/smtp.ts';
import { canary, failureOf, inShort, messageOf, portsOf, send } from './bench.ts';

const to = 'duty@example.edu.cn';
const secrets: Record<string, string> = { 'mail.password': `${canary}-password`, 'wrong.password': `${canary}-wrong` };
const common = { host: '127.0.0.1', from: 'cardwatch@example.edu.cn', listDomain: 'card.example.edu.cn' };
const open = (settings: Readonly<Record<string, unknown>>): Promise<Channel> =>
  openChannel('mail', MailSettings.parse({ ...common, ...settings }), portsOf({ secrets }));

describe('mail on this machine', () => {
  let server: SmtpTestServer;
  let channel: Channel;
  beforeAll(async () => {
    server = await startSmtpServer();
    channel = await open({ port: server.port, security: 'none' });
  });
  afterAll(async () => {
    await channel.close();
    await channel.close();
    await server.close();
  });
  afterEach(() => server.refuse(null));

  test('arrives with what a mailbox needs to sort it, and nothing attached', async () => {
    const result = await send(channel, { address: to });
    const { noticeId, text } = messageOf();
    expect(result).toEqual({ ok: true, value: { providerId: `<${noticeId}@card.example.edu.cn>`, state: 'sent' } });
    const mail = server.received.at(-1);
    expect([mail?.from, mail?.to]).toEqual([common.from, [to]]);
    const told = ['message-id', 'list-id', 'auto-submitted', 'x-auto-response-suppress', 'x-priority'].map((name) =>
      mail?.headers.get(name),
    );
    expect(told).toEqual([
      `<${noticeId}@card.example.edu.cn>`,
      'Cardwatch <watch.card.example.edu.cn>',
      'auto-generated',
      'All',
      '1 (Highest)',
    ]);
    expect(mail?.headers.get('content-type')).toMatch(/^text\/plain; charset=utf-8/);
    for (const part of [...text.split('\n'), 'https://watch.example.edu.cn/a/abc']) expect(mail?.text).toContain(part);
  });

  test('the same notice has the same Message-ID, whenever it is tried', async () => {
    expect(inShort(await send(channel, { address: to }))).toBe('sent');
    expect(inShort(await send(channel, { address: to }))).toBe('sent');
    const [last, before] = server.received.toReversed();
    expect(last?.headers.get('message-id')).toBe(before?.headers.get('message-id'));
  });

  test('the moment of handing over comes once, when all but the end of the mail is there; when it is refused no mail is delivered', async () => {
    const before = server.received.length;
    const heard: number[] = [];
    const sent = await send(channel, { address: to }, undefined, async () => {
      await new Promise((done) => setTimeout(done, 20));
      heard.push(server.received.length - before);
    });
    expect([inShort(sent), heard, server.received.length - before]).toEqual(['sent', [0], 1]);
    const refused = await send(channel, { address: to }, undefined, () => Promise.reject(new Error('not kept')));
    expect([failureOf(refused).kind, server.received.length - before]).toEqual(['unreachable', 1]);
    const calling = new AbortController();
    const calledBack = await send(channel, { address: to }, calling.signal, async () => {
      calling.abort();
      await new Promise((done) => setTimeout(done, 20));
    });
    expect([failureOf(calledBack).kind, server.received.length - before]).toEqual(['timeout', 1]);
    expect(inShort(await send(channel, { address: to }))).toBe('sent');
    expect(server.received.length - before).toBe(2);
  });

  test('a mail that the server does not want is not handed over', async () => {
    server.refuse({ stage: 'recipient', answer: '550 5.1.1 no such user' });
    let called = 0;
    const refused = await send(channel, { address: to }, undefined, () => Promise.resolve(void called++));
    expect([inShort(refused), called]).toEqual(['refused 550 5.1.1', 0]);
  });

  test.each([
    [{ level: 1 }, '1 (Highest)'],
    [{ level: 2 }, undefined],
    [{ level: 3 }, undefined],
    [{ level: 1, cleared: true }, undefined],
  ] as const)('%o has priority %s', async (changes, expected) => {
    expect(inShort(await send(channel, { address: to, ...changes }))).toBe('sent');
    expect(server.received.at(-1)?.headers.get('x-priority')).toBe(expected);
  });

  test.each([
    { title: 'x\r\nBcc: evil@example.com' },
    { title: 'x\nX-Evil: 1' },
    { title: 'x\rX-Evil: 1' },
    { title: 'x\u2028X-Evil: 1\u0000' },
    { text: '\r\n.\r\nMAIL FROM:<evil@example.com>\r\n' },
    { link: 'https://x.example/\r\nX-Evil: 1' },
  ])('%o adds no header and no mail', async (changes) => {
    const before = server.received.length;
    expect(inShort(await send(channel, { address: to, ...changes }))).toBe('sent');
    expect(server.received.length).toBe(before + 1);
    const mail = server.received.at(-1);
    expect(mail?.to).toEqual([to]);
    expect(mail?.headerLines.filter((line) => /^(bcc|x-evil)/i.test(line))).toEqual([]);
  });

  test.each([
    '',
    'nobody',
    'a@b\r\nRCPT TO:<c@d>',
    'a@b.example, c@d.example',
    '"a b"@c.example',
    '<a@b.example>',
    'a@b.example>',
  ])('the address %j is none', async (address) => {
    const before = server.received.length;
    expect(failureOf(await send(channel, { address })).kind).toBe('refused');
    expect(server.received.length).toBe(before);
  });

  test('an id that is none makes no header', async () => {
    expect(failureOf(await send(channel, { address: to, noticeId: 'x>\r\nX-Evil: 1' })).kind).toBe('refused');
  });

  test.each([
    ['sender', '421 4.3.2 shutting down', 'serverError 421'],
    ['sender', '450 4.7.1 try later', 'serverError 450'],
    ['sender', '451 4.7.1 too many messages, slow down', 'rateLimited 451'],
    ['sender', '452 4.3.1 no space', 'serverError 452'],
    ['sender', '553 5.1.8 no such sender', 'refused 553'],
    ['sender', '530 5.7.0 log in first', 'unauthorised 530'],
    ['recipient', '450 4.2.1 busy', 'serverError 450'],
    ['recipient', '550 5.1.1 no such user', 'refused 550'],
    ['recipient', '552 5.2.2 mailbox full', 'refused 552'],
    ['message', '552 5.3.4 message too big', 'tooLarge 552'],
    ['message', '554 5.7.1 looks like spam', 'refused 554'],
    ['message', '451 4.3.0 try again', 'serverError 451'],
    ['message', '503 5.5.1 out of order', 'misconfigured 503'],
  ] as const)('%s is told %s: %s', async (stage, answer, expected) => {
    server.refuse({ stage, answer });
    expect(inShort(await send(channel, { address: to }))).toMatch(new RegExp(`^${expected}`));
    server.refuse(null);
    expect(inShort(await send(channel, { address: to }))).toBe('sent');
  });

  test('a server that offers no TLS gets no mail when TLS is asked for', async () => {
    const strict = await open({ port: server.port, security: 'starttls' });
    const before = server.received.length;
    expect(inShort(await send(strict, { address: to }))).toMatch(/^misconfigured/);
    expect(server.received.length).toBe(before);
  });

  test('too long is not sent', async () => {
    const before = server.received.length;
    expect(inShort(await send(channel, { address: to, text: 'a'.repeat(channel.limits.textBytes) }))).toBe('sent');
    expect(failureOf(await send(channel, { address: to, text: 'a'.repeat(channel.limits.textBytes + 1) })).kind).toBe('tooLarge');
    expect(server.received.length).toBe(before + 1);
  });
});

describe('a mail server that is none', () => {
  let server: Server;
  let greet = '';
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (greet === 'reset') socket.destroy();
      else socket.write(greet);
    });
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
  });
  afterAll(() => {
    server.close();
  });

  test.each([
    ['reset', /^timeout/],
    ['HTTP/1.1 400 Bad Request\r\n\r\n', /^serverError/],
    ['554 5.7.1 not you\r\n', /^refused 554/],
    ['421 4.3.2 full\r\n', /^serverError 421/],
  ])('greeting %j: %s', async (greeting, expected) => {
    greet = greeting;
    const channel = await open({ port: (server.address() as AddressInfo).port, security: 'none' });
    expect(inShort(await send(channel, { address: to }))).toMatch(expected);
  });

  test('one that says nothing is left when we are called back', async () => {
    greet = '';
    const channel = await open({ port: (server.address() as AddressInfo).port, security: 'none' });
    const calling = new AbortController();
    const sending = send(channel, { address: to }, calling.signal);
    calling.abort();
    expect(inShort(await sending)).toBe('timeout');
  });

  test('nobody there', async () => {
    const gone = createServer();
    await new Promise<void>((done) => {
      gone.listen(0, '127.0.0.1', done);
    });
    const { port } = gone.address() as AddressInfo;
    await new Promise((done) => gone.close(done));
    expect(inShort(await send(await open({ port, security: 'none' }), { address: to }))).toBe('unreachable ECONNREFUSED');
  });
});

describe.skipIf(!hasOpenssl)('mail over TLS (needs openssl to make a certificate)', () => {
  let made: Certificates;
  let starttls: SmtpTestServer;
  let implicit: SmtpTestServer;
  const login = { user: 'cardwatch', password: `${canary}-password` };
  beforeAll(async () => {
    const certificates = makeCertificates();
    if (certificates === null) throw new Error('openssl made no certificate');
    made = certificates;
    secrets['ca.pem'] = made.ca;
    starttls = await startSmtpServer({ tls: made, login });
    implicit = await startSmtpServer({ tls: made, implicit: true, login });
  });
  afterAll(async () => {
    await starttls.close();
    await implicit.close();
  });
  const identity = { user: 'cardwatch', password: 'mail.password', caFile: 'ca.pem' };

  test('STARTTLS first, then the password', async () => {
    const channel = await open({ ...identity, port: starttls.port });
    expect(inShort(await send(channel, { address: to }))).toBe('sent');
    expect(starttls.received.at(-1)?.overTls).toBe(true);
  });

  test('TLS from the first byte', async () => {
    const channel = await open({ ...identity, port: implicit.port, security: 'tls' });
    expect(inShort(await send(channel, { address: to }))).toBe('sent');
    expect(implicit.received.at(-1)?.overTls).toBe(true);
  });

  test('a wrong password is told as such, and is not in what is told', async () => {
    const channel = await open({ ...identity, port: starttls.port, password: 'wrong.password' });
    expect(inShort(await send(channel, { address: to }))).toMatch(/^unauthorised 535/);
  });

  test('no password where one is asked for', async () => {
    const channel = await open({ port: starttls.port, caFile: 'ca.pem' });
    expect(inShort(await send(channel, { address: to }))).toMatch(/^unauthorised 530/);
  });

  test.each([
    ['starttls', () => starttls.port],
    ['tls', () => implicit.port],
  ] as const)('%s with a certificate that nobody vouches for: no password, no mail', async (security, port) => {
    const before = starttls.received.length + implicit.received.length;
    const channel = await open({ user: 'cardwatch', password: 'mail.password', port: port(), security });
    expect(inShort(await send(channel, { address: to }))).toMatch(/^misconfigured/);
    expect(starttls.received.length + implicit.received.length).toBe(before);
  });
});
