import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { cardRefOf, newSiteKeys, unseal } from './keys/ring.ts';
import { hashSecret, newGroupedCode, newSecret, normalCode, sameText } from './secret.ts';

describe('secrets', () => {
  test('have 256 bits and never come twice', () => {
    const made = Array.from({ length: 100 }, newSecret);
    expect(made.every((secret) => /^[\w-]{43}$/.test(secret))).toBe(true);
    expect(new Set(made).size).toBe(100);
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test.each([
    ['7K3M-9QXD-00AB-1CDE', '7K3M9QXD00AB1CDE'],
    [' 7k3m 9qxd ooab lcde ', '7K3M9QXD00AB1CDE'],
    ['7K3M–9QXD', '7K3M–9QXD'],
  ])('a code typed as %j is %s', (typed, normal) => {
    expect(normalCode(typed)).toBe(normal);
  });

  test('a code has 16 letters of 32, in groups of four', () => {
    const codes = Array.from({ length: 200 }, newGroupedCode);
    expect(codes.every((code) => /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/.test(code))).toBe(true);
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32);
    expect(codes.every((code) => normalCode(code) === code.replaceAll('-', ''))).toBe(true);
  });

  test('are compared whatever their lengths', () => {
    expect([sameText('a', 'a'), sameText('a', 'b'), sameText('a', 'ab'), sameText('', '')]).toEqual([true, false, false, true]);
  });
});

describe('site keys', () => {
  const keys = newSiteKeys();
  const seal = (text: string, aad: string, keyId = keys.dataKeyId): string => {
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(keys.dataKey, 'hex'), Buffer.alloc(12, 7));
    cipher.setAAD(Buffer.from(aad));
    return `${keyId}.${Buffer.concat([Buffer.alloc(12, 7), cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')}`;
  };

  test('open what was sealed for the device, and nothing else', () => {
    const sealed = seal('0012345678901234', 'dev-1');
    const opened = unseal(keys, sealed, 'dev-1');
    expect(opened.ok && opened.value.toString()).toBe('0012345678901234');
    expect(unseal(keys, sealed, 'dev-2')).toEqual({ ok: false, error: { kind: 'damaged' } });
    expect(unseal(newSiteKeys(), sealed, 'dev-1')).toEqual({ ok: false, error: { kind: 'damaged' } });
    expect(unseal(keys, seal('x', 'dev-1', 'k2'), 'dev-1')).toEqual({ ok: false, error: { kind: 'noKey' } });
    expect(unseal(keys, 'k1.AAAA', 'dev-1')).toEqual({ ok: false, error: { kind: 'damaged' } });
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(unseal(keys, `k1.${flipped.toString('base64url')}`, 'dev-1').ok).toBe(false);
    }
  });

  test('give a card one pseudonym, leading zeros kept', () => {
    const expected = createHmac('sha256', Buffer.from(keys.siteKey, 'hex')).update('0012').digest('hex').slice(0, 32);
    expect(cardRefOf(keys, '0012')).toBe(expected);
    expect(cardRefOf(keys, '12')).not.toBe(expected);
    expect(cardRefOf(newSiteKeys(), '0012')).not.toBe(expected);
  });
});
