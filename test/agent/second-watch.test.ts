/** The agent as a process watches a collector that comes and goes, and tells over a real HTTP endpoint and a real mail server; killed and started again meanwhile. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebhookBody, webhookSignedText } from '@cardwatch/contracts/watch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasOpenssl, makeCertificates } from '../watch/servers/certificates.ts';
import { answerJson, type Heard, type Listening, listen } from '../watch/servers/http.ts';
import { type SmtpTestServer, startSmtpServer } from '../watch/servers/smtp.ts';
import { runCommand } from './command.ts';
import { freePort, LittleSite, until } from './little-site.ts';

const token = 'open-sesame-health';
const secret = 'open-sesame-hook';
const login = { user: 'cardwatch', password: 'open-sesame-mail' };

/** A program that receives webhooks: keeps what it took, refuses while it is told to. */
class Hook {
  readonly taken: Heard[] = [];
  refusing = false;
  asked = 0;
  #server: Listening | undefined;

  async open(): Promise<string> {
    this.#server = await listen((heard, response) => {
      this.asked++;
      if (!this.refusing) this.taken.push(heard);
      answerJson(response, {}, this.refusing ? 503 : 200);
    });
    return `${this.#server.origin}/hook`;
  }

  bodies(): readonly WebhookBody[] {
    return this.taken.map(({ body }) => WebhookBody.parse(JSON.parse(body)));
  }

  close(): Promise<void> {
    return this.#server?.close() ?? Promise.resolve();
  }
}

interface Seen {
  readonly condition: string;
  readonly checkedAt: number | null;
  readonly channels: readonly { readonly name: string; readonly problem: string | null; readonly waiting: string | null }[];
}

describe('an agent that watches the collector', () => {
  const site = new LittleSite();
  const hook = new Hook();
  const closing: (() => Promise<unknown>)[] = [];
  let mails: SmtpTestServer;
  let healthPort = 0;
  let health: Listening | undefined;
  const asked: Heard[] = [];

  /** The collector's page of health, at the same port each time. */
  const raise = async (): Promise<void> => {
    health = await listen(
      (heard, response) => {
        asked.push(heard);
        if (heard.headers.authorization !== `Bearer ${token}`) answerJson(response, {}, 401);
        else answerJson(response, { status: 'degraded', causes: ['agentLost'], version: '1' });
      },
      { port: healthPort },
    );
  };
  const fell = async (): Promise<void> => {
    await health?.close();
    health = undefined;
  };
  const keptOnDisk = (): string => readFileSync(join(site.folder, 'data/second-watch.json'), 'utf8');
  const seen = async (): Promise<Seen | undefined> =>
    (await site.status().catch(() => undefined))?.secondWatch as Seen | undefined;
  const condition = (wanted: string): Promise<void> =>
    until(async () => (await seen())?.condition === wanted, 30_000, `the condition ${wanted}`).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${site.said.slice(-4_000)}`);
    });
  /** Three more looks of the agent: time enough to say something twice. */
  const looks = async (): Promise<void> => {
    const times = new Set<number>();
    await until(
      async () => {
        const checkedAt = (await seen())?.checkedAt;
        if (checkedAt !== undefined && checkedAt !== null) times.add(checkedAt);
        return times.size > 3;
      },
      30_000,
      'three looks',
    );
  };
  const subjects = (): readonly string[] =>
    mails.received.map(({ headers }) => headers.get('message-id') ?? '').map((id) => /-(lost|again|back)-/.exec(id)?.[1] ?? id);

  beforeAll(async () => {
    await site.open();
    const certificates = makeCertificates();
    // Without openssl the mails go as they may to a server of this machine alone, and the log-in is left out.
    mails = await startSmtpServer(certificates === null ? {} : { tls: certificates, login });
    closing.push(() => mails.close());
    const url = await hook.open();
    closing.push(() => hook.close());
    healthPort = await freePort();
    site.put('health.token', `${token}\n`);
    site.put('hook.key', `${secret}\n`);
    site.put('mail.password', `${login.password}\n`);
    if (certificates !== null) site.put('ca.pem', certificates.ca);
    const guarded = { security: 'starttls', caFile: 'ca.pem', user: login.user, password: 'mail.password' };
    const watchCollector = {
      url: `http://127.0.0.1:${healthPort}/api/v1/health`,
      token: 'health.token',
      everyMs: 1_000,
      timeoutMs: 500,
      failures: 2,
      afterMs: 1_000,
      againMs: 0,
      language: 'en',
      tell: [
        { by: 'webhook', name: 'duty', url, secret: 'hook.key' },
        {
          by: 'mail',
          name: 'mail',
          host: '127.0.0.1',
          port: mails.port,
          ...(certificates === null ? { security: 'none' } : guarded),
          from: 'cardwatch@example.org',
          to: ['duty@example.org', 'lead@example.org'],
        },
      ],
    };
    const links = [{ name: 'bus', kind: 'rtuOverTcp', host: '127.0.0.1', port: site.busPort }];
    site.replace(site.text(links, [{ id: 'yb-a-01', link: 'bus', unit: 1 }], { watchCollector }));
  });

  afterAll(async () => {
    await fell();
    await site.close();
    for (const close of closing) await close();
  });

  test('check explains what it will do, without a secret', async () => {
    const { code, out } = await runCommand(['check', '--config', site.config, '--lang', 'en']);
    expect(code).toBe(0);
    expect(out).toMatch(/asks http:\/\/127\.0\.0\.1:\d+\/api\/v1\/health every 1 s, with a token/);
    expect(out).toMatch(/tells after 2 bad checks in a row and 1 s; not again; and when it is back/);
    expect(out).toMatch(/duty \(webhook .*mail \(mail 127\.0\.0\.1:\d+ → duty@example\.org, lead@example\.org\)/);
    expect(out).not.toMatch(/sesame/);
  });

  test('tells once that it is lost and once that it is back, through kill -9 and a restart', async () => {
    await raise();
    const first = site.run();
    await condition('well');
    await until(() => asked.length > 1, 10_000, 'some looks');
    expect(hook.taken).toHaveLength(0);

    await fell();
    await condition('lost');
    await until(() => hook.taken.length === 1 && mails.received.length === 1, 20_000, 'both messages');
    await until(() => !/"waiting": ?\{/.test(keptOnDisk()), 10_000, 'that both were told stands on disk');
    first.kill('SIGKILL');
    const second = site.run();
    await condition('lost');
    await looks();
    expect(hook.taken).toHaveLength(1);
    expect(mails.received).toHaveLength(1);

    await raise();
    await condition('well');
    await until(() => hook.taken.length === 2 && mails.received.length === 2, 20_000, 'both recoveries');
    await looks();
    expect(await site.stopped(second)).toBe(0);
    expect(hook.bodies().map(({ cleared }) => cleared)).toEqual([false, true]);
    expect(subjects()).toEqual(['lost', 'back']);
  });

  test('its messages are signed, go to everybody, say why and how its own uplink is, and hold no secret', () => {
    for (const { headers, body } of hook.taken) {
      const timestamp = headers['x-cardwatch-timestamp'] ?? '';
      const noticeId = headers['idempotency-key'] ?? '';
      const text = webhookSignedText({ timestamp, noticeId, body });
      expect(headers['x-cardwatch-signature']).toBe(`v1=${createHmac('sha256', secret).update(text).digest('hex')}`);
      expect(WebhookBody.parse(JSON.parse(body)).noticeId).toBe(noticeId);
    }
    const [lost] = hook.bodies();
    expect(lost?.title).toBe('[Level 1] The collector is lost (told by agent yb-a)');
    expect(lost?.text).toMatch(/no connection \(ECONNREFUSED\)/);
    expect(lost?.text).toMatch(/Uplink of agent yb\/yb-a: waiting to connect since/);
    expect(mails.received.map(({ to }) => to)).toEqual([
      ['duty@example.org', 'lead@example.org'],
      ['duty@example.org', 'lead@example.org'],
    ]);
    expect(mails.received.every(({ overTls }) => overTls)).toBe(hasOpenssl);
    const kept = keptOnDisk();
    const all = [kept, site.said, ...hook.taken.map(({ body }) => body), ...mails.received.map(({ text }) => text)].join('\n');
    expect(all).not.toMatch(/sesame/);
    expect(all.length).toBeGreaterThan(1_000);
  });

  test('what could not be told before kill -9 is told after it, once and under the same name', async () => {
    hook.refusing = true;
    mails.refuse({ stage: 'recipient', answer: '451 4.3.0 later' });
    const [askedBefore, takenBefore] = [hook.asked, hook.taken.length];
    await fell();
    const first = site.run();
    await condition('lost');
    await until(() => hook.asked > askedBefore, 20_000, 'a try');
    await until(async () => (await seen())?.channels.every(({ problem }) => problem !== null) ?? false, 20_000, 'two refusals');
    first.kill('SIGKILL');
    const kept = JSON.parse(keptOnDisk()) as {
      readonly state: { readonly channels: Readonly<Record<string, { readonly waiting: { readonly noticeId: string } }>> };
    };
    hook.refusing = false;
    mails.refuse(null);
    const second = site.run();
    await until(() => hook.taken.length > takenBefore && mails.received.length > 2, 40_000, 'both messages');
    await looks();
    expect(hook.taken).toHaveLength(takenBefore + 1);
    expect(mails.received).toHaveLength(3);
    expect(hook.bodies().at(-1)?.noticeId).toBe(kept.state.channels.duty?.waiting.noticeId);
    const page = await (await fetch(`http://127.0.0.1:${site.statusPort}/`)).text();
    expect(page).toMatch(/看护收集服务器 Watch over http:\/\/127\.0\.0\.1:\d+: 失联 lost/);
    expect(await site.stopped(second)).toBe(0);
  });
});
