import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { accessList, configuration, type MosquittoWish } from '../broker/mosquitto/files.core.ts';
import { passwordLine, userOf } from '../broker/mosquitto/passwords.ts';
import { auditOf, commandLine } from '../services/caller.ts';
import { hashSecret, newSecret } from '../services/secret.ts';
import { AgentAccount, ensureAccount, keepPassword, knownPasswords, readSecrets, replaceFile } from '../shell/broker-files.ts';
import type { Terminal } from '../shell/terminal.ts';
import type { AgentCredential } from '../store/roles.ts';
import { type Opened, withExistingStore } from './open.ts';
import { isLoopback, both, secretsWords } from './words.ts';

export interface MosquittoOptions {
  readonly data: string;
  readonly out: string;
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly brokerPlain: boolean;
  /** Secrets of agents that were added before their hashes were kept. */
  readonly secrets: readonly string[];
}

/** `broker mosquitto`: password file and ACL for the agents that are registered, and a configuration when there is none yet. 1 when an agent is left out. */
export async function brokerMosquitto(options: MosquittoOptions, terminal: Terminal): Promise<number> {
  const { tlsCert: certFile, tlsKey: keyFile, host } = options;
  const tls =
    certFile === undefined || keyFile === undefined ? undefined : { certFile: resolve(certFile), keyFile: resolve(keyFile) };
  if (tls === undefined && !isLoopback(host) && !options.brokerPlain) {
    terminal.err(tlsNeededWords(host));
    return 1;
  }
  return withExistingStore(options.data, async (opened) => {
    const told = learn(opened, options.secrets, await opened.ingest.credentials());
    const account = ensureAccount(opened.folder.folder, () => ({ user: 'collector', password: newSecret() }));
    if (!account.ok) told.push(secretsWords(account.error));
    for (const words of told) terminal.err(words);
    if (!account.ok || told.length > 0) return 1;
    const { missing, agents } = await writeFiles(opened, options, account.value, tls);
    terminal.out(writtenWords(options.out, agents));
    if (missing.length > 0) terminal.err(missingWords(missing));
    return missing.length > 0 ? 1 : 0;
  });
}

const isRegistered = ({ secretHash, suspended }: AgentCredential): boolean => secretHash !== '' && !suspended;

/** Takes what Mosquitto needs out of agents' files of secrets; what is wrong with them comes back in words. */
function learn({ folder }: Opened, files: readonly string[], credentials: readonly AgentCredential[]): string[] {
  return files.flatMap((file) => {
    const read = readSecrets(file, AgentAccount);
    if (!read.ok) return [secretsWords(read.error)];
    const { site, agent, mqttSecret } = read.value;
    const own = credentials.find((credential) => credential.agent === agent && credential.site === site);
    if (own === undefined || own.secretHash !== hashSecret(mqttSecret)) return [notOursWords(file)];
    keepPassword(folder.folder, passwordLine(userOf(own), mqttSecret));
    return [];
  });
}

async function writeFiles(
  { services, ingest, folder }: Opened,
  { out, host, port }: MosquittoOptions,
  account: { readonly user: string; readonly password: string },
  tls: MosquittoWish['tls'],
): Promise<{ readonly missing: readonly string[]; readonly agents: number }> {
  const registered = (await ingest.credentials()).filter(isRegistered).map(userOf);
  const known = knownPasswords(folder.folder);
  const lines = registered.flatMap((user) => known.get(user) ?? []);
  mkdirSync(out, { recursive: true, mode: 0o700 });
  replaceFile(join(out, 'passwords'), `${[passwordLine(account.user, account.password), ...lines].join('\n')}\n`);
  replaceFile(join(out, 'acl'), accessList(account.user));
  const conf = join(out, 'mosquitto.conf');
  const wish = { host, port, agents: registered.length, folder: resolve(out), ...(tls === undefined ? {} : { tls }) };
  if (!existsSync(conf)) replaceFile(conf, configuration(wish));
  const act = { action: 'broker.export', object: resolve(out), result: 'ok', detail: { agents: lines.length } };
  await services.people.appendAudit(auditOf(commandLine, act, services.clock.now()));
  return { missing: registered.filter((user) => !known.has(user)), agents: lines.length };
}

const writtenWords = (out: string, agents: number): string =>
  both(
    `${out} 中已写好 passwords、acl（${agents} 个采集器）和 mosquitto.conf（已有则不改）。归 mosquitto 用户所有后启动，或发 SIGHUP 重读。`,
    `Written into ${out}: passwords and acl for ${agents} agents, and mosquitto.conf unless it was there. Give them to the user mosquitto; start it, or send SIGHUP.`,
  );

const missingWords = (users: readonly string[]): string =>
  both(
    `这些采集器没有写入，登记时未留口令散列: ${users.join(' ')}。用 --secrets 给出其密钥文件。`,
    `These agents are left out, no hash of their secret was kept when they were added: ${users.join(' ')}. Give their files with --secrets.`,
  );

const notOursWords = (file: string): string =>
  both(`${file} 不是已登记采集器的密钥文件。`, `${file} is not the file of secrets of an agent that is registered.`);

const tlsNeededWords = (host: string): string =>
  both(
    `${host} 不是本机: 请给 --tls-cert 和 --tls-key；确需明文请加 --broker-plain。`,
    `${host} is not this machine: give --tls-cert and --tls-key, or say --broker-plain to have passwords and records cross the network in the clear.`,
  );
