/** What is generated from the schema of the configuration, and the unit that starts the agent. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, protocolNames } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { knownLinks, linkKinds } from '../../../packages/agent/src/config/protocols.ts';
import { kindSamples } from '../../../packages/agent/src/config/sample-values.ts';
import { sampleYaml } from '../../../packages/agent/src/config/sample.ts';
import { settings, wholeFile } from '../../../packages/agent/src/config/settings.ts';
import { deviceSchema } from '../../../packages/agent/src/config/schema.ts';
import { readme, readmeWithTable, sample } from './generated.ts';

describe('sample', () => {
  test('is what the schema gives: node test/agent/config/write-sample.ts', () => {
    expect(readFileSync(sample, 'utf8')).toBe(sampleYaml());
  });

  test('is a good configuration', () => {
    const parsed = wholeFile.safeParse(parse(sampleYaml()));
    expect(parsed.error?.issues ?? []).toEqual([]);
    const kinds = linkKinds(knownLinks).map(({ kind }) => kind);
    expect(parsed.data?.links.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
    expect(parsed.data?.devices).toHaveLength(13);
  });

  test('every device of it is what its driver wants, with credentials where they are needed', () => {
    const drivers = createRegistry(new SeededRandom(1));
    const seen = kindSamples.flatMap(({ link: named, credentials, devices }) => {
      const { name: _, ...link } = named;
      return devices.map(({ id, name, profile, place, parents, identity, ...address }) => {
        const protocol = profile.split('/')[0] ?? '';
        const common = { id, name, profile, place, parents, identity, link: 'x', ...address };
        const shape = knownLinks.get(protocol)?.[link.kind];
        expect(deviceSchema(shape === undefined ? [] : [shape]).safeParse(common).error?.issues ?? []).toEqual([]);
        const whole = { ...link, ...address, ...(credentials === undefined ? {} : { credentials }) };
        expect([id, drivers.get(protocol)?.connection.safeParse(whole).error?.issues ?? []]).toEqual([id, []]);
        expect(existsSync(join(profileRoot, profile, 'profile.yaml'))).toBe(true);
        return protocol;
      });
    });
    expect(seen).toHaveLength(13);
    expect([...new Set(seen)].sort()).toEqual([...protocolNames].sort());
  });

  test('is good as well with every comment of a setting taken away', () => {
    const all = sampleYaml().replace(/^(\s*)# ([A-Za-z]+: \S+)$/gm, '$1$2');
    const parsed = wholeFile.safeParse(parse(all));
    expect(parsed.error?.issues ?? []).toEqual([]);
    expect(parsed.data?.links[0]).toMatchObject({ kind: 'modbusTcp', port: 502, replyTimeoutMs: 800, retries: 1 });
  });

  test('names every setting', () => {
    const text = sampleYaml();
    const named = settings().filter(({ path }) => text.includes(`${path.split('.').at(-1)}:`));
    expect(named).toHaveLength(settings().length);
    expect(named.length).toBeGreaterThan(30);
  });
});

test('every setting has words in both languages', () => {
  for (const { path, text } of settings()) expect(`${path} ${/[\u4e00-\u9fff].* [A-Z]/.test(text)}`).toBe(`${path} true`);
});

test('the table in the README is what the schema gives', () => {
  // The formatter of the house pads the cells; only what stands in them counts.
  const bare = (text: string): string => text.replace(/ +\|/g, ' |').replace(/-{3,}/g, '---');
  expect(bare(readFileSync(readme, 'utf8'))).toBe(bare(readmeWithTable()));
});

test('the unit starts what there is, hardened', () => {
  const unit = readFileSync(join(readme, '../systemd/cardwatch-agent.service'), 'utf8');
  for (const line of [
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'StateDirectory=cardwatch-agent',
    'RestartPreventExitStatus=2',
    'UMask=0077',
    'ExecReload=/bin/kill -HUP $MAINPID',
  ])
    expect(unit.split('\n')).toContain(line);
  expect(unit).toContain('bin/cardwatch-agent.js run --config /etc/cardwatch/agent.yaml');
});
