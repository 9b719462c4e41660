/** Sample walks, uptimes, topologies and ping outputs: each goes through the decoder or the step that it is for, none is left out. */
import { readFileSync } from 'node:fs';
import { type Decoded, decoders } from '@cardwatch/drivers';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { verdictsOf } from './topology.ts';

const Vector = z.object({
  id: z.string(),
  protocol: z.string(),
  file: z.string(),
  malformed: z.boolean(),
  expected: z.record(z.string(), z.unknown()),
});
const folder = new URL('vectors/gate/', import.meta.url);
const own = new URL('vectors/network/', import.meta.url);
const index = (base: URL) =>
  z.object({ vectors: z.array(Vector) }).parse(JSON.parse(readFileSync(new URL('index.json', base), 'utf8'))).vectors;
const all = [
  ...index(folder).map((vector) => ({ ...vector, base: folder })),
  ...index(own).map((vector) => ({ ...vector, base: own })),
].filter(({ protocol }) => ['snmp', 'icmp', 'topology'].includes(protocol));
const visited = new Set<string>();

const bytesOf = ({ base, file }: { readonly base: URL; readonly file: string }): Uint8Array => readFileSync(new URL(file, base));

async function decoded(name: string, vector: (typeof all)[number]): Promise<Decoded> {
  visited.add(vector.id);
  const load = decoders.get(name);
  if (load === undefined) throw new Error(`no decoder ${name}`);
  return (await load())({ chunks: [bytesOf(vector)] });
}

/** Remarks of the vector for a reader; everything else is compared. */
const remarks = ['rule', 'result', 'processMustSurvive', 'note'];
const values = (expected: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(expected)
      .filter(([key]) => !remarks.includes(key))
      .map(([key, value]) => [
        key,
        typeof value === 'object' && value !== null && !Array.isArray(value) ? values(value as Record<string, unknown>) : value,
      ]),
  );

describe.each([
  ['snmp', 'snmp-walk'],
  ['icmp', 'ping'],
])('%s by %s', (protocol, name) => {
  const mine = all.filter((vector) => vector.protocol === protocol);

  test.each(mine.filter(({ malformed }) => !malformed))('$id $file', async (vector) => {
    const { frames, rejected } = await decoded(name, vector);
    expect(rejected).toEqual([]);
    const merged = Object.assign({}, ...frames) as Record<string, unknown>;
    expect(merged).toMatchObject(values(vector.expected));
  });

  test.each(mine.filter(({ malformed }) => malformed))('$id $file is rejected', async (vector) => {
    const { frames, rejected } = await decoded(name, vector);
    expect(frames).toEqual([]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.reason).toMatch(/\w/);
  });
});

describe('topology', () => {
  test.each(all.filter(({ protocol }) => protocol === 'topology'))('$id $file', (vector) => {
    visited.add(vector.id);
    const found = verdictsOf(JSON.parse(Buffer.from(bytesOf(vector)).toString('utf8')));
    expect(found).toMatchObject(values(vector.expected));
  });
});

afterAll(() => {
  expect(all).toHaveLength(18);
  expect([...visited].sort()).toEqual(all.map(({ id }) => id).sort());
});
