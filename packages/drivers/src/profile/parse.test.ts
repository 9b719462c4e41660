import { describe, expect, test } from 'vitest';
import { profileSchemaOf, protocolNames } from '../registry.ts';
import { describeProfileFailure, parseProfile } from './parse.core.ts';

const good = `profile: modbus/acme/one
version: 1
protocol: modbus
title: { zh: 表, en: Meter }
kind: shower
source: manual
tasks: { live: { periodMs: 5000 } }
points:
  - { name: flow, label: { zh: 流, en: Flow }, read: { address: 1, as: u16 } }
`;

const told = (text: string, name = 'modbus/acme/one'): string => {
  const parsed = parseProfile({ file: 'p.yaml', name, text }, { names: protocolNames, schemaOf: profileSchemaOf });
  return parsed.ok ? 'ok' : describeProfileFailure(parsed.error);
};

describe('profile text', () => {
  test('a sound one', () => {
    expect(told(good)).toBe('ok');
  });

  test.each([
    ['no YAML', 'a: [1', /^p\.yaml:1: /],
    ['an alias', 'a: &x 1\nb: *x', /aliases are not allowed/],
    ['another protocol', good.replace('protocol: modbus', 'protocol: x25'), /protocol is x25, allowed: modbus, isapi, .*ping$/],
    ['another folder', good.replace('acme/one', 'acme/two'), /profile is modbus\/acme\/two, allowed: modbus\/acme\/one/],
    ['an unknown encoding', good.replace('as: u16', 'as: u17'), /^p\.yaml: points\.0\.read\.as is "u17", allowed: u8, u16, /],
    [
      'an address beyond the end',
      good.replace('address: 1', 'address: 65536'),
      /points\.0\.read\.address is 65536, allowed: 65535 or less/,
    ],
    ['a missing period', good.replace('periodMs: 5000', ''), /tasks\.live\.periodMs is nothing, allowed: number/],
    ['a key that nobody knows', good.replace('version: 1', 'version: 1\ncolour: red'), /top is .*, allowed: no colour here/],
    [
      'a value over the last register',
      good.replace('address: 1, as: u16', 'address: 65535, as: u32'),
      /runs beyond register 65535/,
    ],
    ['text without its length', good.replace('as: u16', 'as: ascii'), /give `bytes`/],
    [
      'a task without a period',
      good.replace('address: 1', 'task: identity, address: 1'),
      /tasks\.identity is nothing, allowed: is read for/,
    ],
    ['records without a store', good.replace('live:', 'records: { periodMs: 1000 }, live:'), /goes with `store`/],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toMatch(expected);
  });
});
