import { describe, expect, test } from 'vitest';
import { Gate } from './gate.ts';
import { passwordLimits, Passwords } from './hash.ts';

describe('a gate', () => {
  test('runs so many at once, lets so many wait, sends the rest away, and keeps the order', async () => {
    const gate = new Gate({ running: 2, waiting: 3 });
    const finish: (() => void)[] = [];
    const order: number[] = [];
    const results = Array.from({ length: 7 }, (_, i) =>
      gate.run(async () => {
        order.push(i);
        await new Promise<void>((resolve) => finish.push(resolve));
        return i;
      }),
    );
    expect(order).toEqual([0, 1]);
    for (let i = 0; i < 5; i++) {
      finish.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const settled = await Promise.all(results);
    expect(settled.map((one) => (one.ok ? one.value : one.error.kind))).toEqual([0, 1, 2, 3, 4, 'full', 'full']);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  test('opens again after a task that threw', async () => {
    const gate = new Gate({ running: 1, waiting: 0 });
    await expect(gate.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await gate.run(() => Promise.resolve(1))).toEqual({ ok: true, value: 1 });
  });
});

describe('passwords', () => {
  const passwords = new Passwords();

  test('are known again, and nothing else is', async () => {
    const made = await passwords.hash('correct horse 电池');
    const encoded = made.ok ? made.value : '';
    expect(encoded).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await passwords.verify('correct horse 电池', encoded)).toEqual({ ok: true, value: true });
    expect(await passwords.verify('correct horse 电池 ', encoded)).toEqual({ ok: true, value: false });
    const again = await passwords.hash('correct horse 电池');
    expect(again.ok && again.value).not.toBe(encoded);
  });

  test.each([
    undefined,
    '',
    'plain',
    '$argon2id$v=19$m=999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$2b$10$abcdefghijklmnopqrstuv',
  ])('against %j is no', async (encoded) => {
    expect(await passwords.verify('x', encoded)).toEqual({ ok: true, value: false });
  });

  test('beyond those that run and wait are told to come again', async () => {
    const asked = passwordLimits.running + passwordLimits.waiting + 1;
    const answers = await Promise.all(Array.from({ length: asked }, () => passwords.verify('x', undefined)));
    expect(answers.filter((answer) => !answer.ok)).toHaveLength(1);
  });
});
