/** A person at the API: signs up with the set-up code, asks and orders. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const SessionReply = z.object({ csrf: z.string() });

export class Person {
  readonly #base: string;
  readonly #cookie: string;
  readonly #csrf: string;

  private constructor(base: string, cookie: string, csrf: string) {
    this.#base = base;
    this.#cookie = cookie;
    this.#csrf = csrf;
  }

  static async setUp(base: string, code: string): Promise<Person> {
    const body = { code, name: 'admin', displayName: '管理员', password: 'a-long-pass-phrase' };
    const reply = await fetch(`${base}/api/v1/setup`, {
      method: 'POST',
      headers: { origin: base, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { csrf } = SessionReply.parse(await reply.json());
    return new Person(base, (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '', csrf);
  }

  async get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const reply = await fetch(`${this.#base}/api/v1${path}`, { headers: { cookie: this.#cookie } });
    return shape.parse(await reply.json());
  }

  /** An order with a key of its own; throws with the collector's words when it is refused. */
  async post(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    const reply = await fetch(`${this.#base}/api/v1${path}`, {
      method: 'POST',
      headers: { cookie: this.#cookie, origin: this.#base, 'x-cardwatch-csrf': this.#csrf, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'live run', idempotencyKey: randomUUID(), ...body }),
    });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  }
}
