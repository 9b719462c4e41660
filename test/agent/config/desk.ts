/** A folder with the files that a configuration speaks of, good and bad ones, and the loader over it. */
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProfileFailure } from '@cardwatch/drivers';
import { err } from '@cardwatch/kernel';
import { loadConfig } from '../../../packages/agent/src/config/load.ts';
import { linkKindsOf } from '../../../packages/agent/src/config/schema.ts';
import { type Lang, problemText } from '../../../packages/agent/src/config/words.ts';
import { configDoor } from '../../../packages/agent/src/shell/config-door.ts';

const secretsOf = (agent: string): string =>
  [
    'site: yb',
    `agent: ${agent}`,
    `mqttSecret: ${'A'.repeat(43)}`,
    `siteKey: '${'1b'.repeat(32)}'`,
    'dataKeyId: k1',
    `dataKey: '${'2c'.repeat(32)}'`,
  ].join('\n');

export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardwatch-config-'));

  constructor() {
    const put = (name: string, text: string, mode = 0o600): void => {
      writeFileSync(join(this.folder, name), text);
      chmodSync(join(this.folder, name), mode);
    };
    put('secrets.yaml', secretsOf('yb-b3'));
    put('wide.yaml', secretsOf('yb-b3'), 0o644);
    put('other.yaml', secretsOf('yb-c1'));
    put(
      'cut.yaml',
      secretsOf('yb-b3')
        .replace(/siteKey: '../, "siteKey: '")
        .replace(/\ndataKeyId: k1/, ''),
    );
    put('garbage.yaml', 'mqttSecret: [top-secret\n');
    put('ca.pem', '-----BEGIN CERTIFICATE-----\n');
  }

  /** All messages about a configuration; none when it is good. */
  async messages(file: string, lang: Lang): Promise<string[]> {
    const own = join(this.folder, 'agent.yaml');
    cpSync(file, own);
    const loaded = await loadConfig(own, doorWithMore, {
      describeProfile: describeProfileFailure,
      linkKinds: { ...linkKindsOf, dlt645: ['serial', 'rtuOverTcp'] },
    });
    return loaded.ok ? [] : loaded.error.map((problem) => problemText(problem, lang).replaceAll(`${this.folder}/`, ''));
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

// Two more profiles than there are: one of another protocol, one that cannot be used.
const doorWithMore: typeof configDoor = {
  ...configDoor,
  profileNames: async () => [...(await configDoor.profileNames()), 'dlt645/cardwatch/meter', 'modbus/cardwatch/broken'],
  profile: async (name) => {
    if (name === 'modbus/cardwatch/broken')
      return err({ kind: 'wrongName', file: 'broken/profile.yaml', name: 'modbus/cardwatch/other', allowed: name });
    if (!name.startsWith('dlt645/')) return configDoor.profile(name);
    const ring = await configDoor.profile('modbus/cardwatch/ring-shower');
    return ring.ok ? { ok: true, value: { ...ring.value, profile: name, protocol: 'dlt645' } } : ring;
  },
};
