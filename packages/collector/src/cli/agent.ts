import { ok } from '@cardwatch/kernel';
import { stringify } from 'yaml';
import { addAgent, type AgentSecrets } from '../services/agent/add.ts';
import { commandLine } from '../services/caller.ts';
import { passwordLine } from '../broker/mosquitto/passwords.ts';
import { keepPassword } from '../shell/broker-files.ts';
import { ensureSiteKeys } from '../shell/keys-file.ts';
import { type FileFailure, reserveFile } from '../shell/secret-file.ts';
import type { Terminal } from '../shell/terminal.ts';
import { failureWords, keysWords } from './failure-words.ts';
import { withExistingStore, withStore } from './open.ts';
import { both } from './words.ts';

export interface AgentAddOptions {
  readonly data: string;
  readonly site: string;
  readonly out?: string;
}

/** `agent add`: the row, and the secrets as YAML into `--out` (mode 0600, never over an existing file) or onto standard output. */
export async function agentAdd(agent: string, { data, site, out }: AgentAddOptions, terminal: Terminal): Promise<number> {
  const file = out === undefined ? ok(undefined) : reserveFile(out);
  if (!file.ok) {
    terminal.err(fileWords(out ?? '', file.error));
    return 1;
  }
  const added = await add(agent, { data, site });
  if (typeof added === 'string') {
    file.value?.remove();
    terminal.err(added);
    return 1;
  }
  const secrets = stringify(added);
  file.value?.write(secrets);
  terminal.out(file.value === undefined ? secrets : addedWords(agent, out ?? ''));
  return 0;
}

const addedWords = (agent: string, out: string): string =>
  both(
    `采集器 ${agent} 已登记，密钥文件 ${out}（请安全地交给它）`,
    `Agent ${agent} is registered, secrets in ${out} (hand it over safely)`,
  );

const fileWords = (out: string, failure: FileFailure): string =>
  failure.kind === 'exists'
    ? both(
        `文件 ${out} 已存在，不覆盖。用 --out 换一个。`,
        `The file ${out} exists and is not written over. Choose another with --out.`,
      )
    : both(`不能写 ${out}（${failure.detail}）。`, `Cannot write ${out} (${failure.detail}).`);

/** The secrets, or why there are none. */
async function add(agent: string, { data, site }: AgentAddOptions): Promise<AgentSecrets | string> {
  return withStore(data, async ({ services, ingest, folder }) => {
    const keys = ensureSiteKeys(folder.folder, site);
    if (!keys.ok) return keysWords(keys.error);
    const added = await addAgent({ ...services, credentials: ingest }, commandLine, { agent, site, keys: keys.value });
    if (!added.ok) return failureWords(added.error);
    // The secret itself is not kept: what an external broker needs of it is made now.
    keepPassword(folder.folder, passwordLine(`${site}/${agent}`, added.value.mqttSecret));
    return added.value;
  });
}

export async function agentList(data: string, terminal: Terminal): Promise<number> {
  const agents = await withExistingStore(data, ({ services }) => services.read.agents());
  for (const { agentId, siteId, state, devices, version, lastSeenAt } of agents) {
    const seen = lastSeenAt === null ? '-' : new Date(lastSeenAt).toISOString();
    terminal.out([agentId, siteId, state, `${devices} devices`, version ?? '-', seen].join('\t'));
  }
  return 0;
}
