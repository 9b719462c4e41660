/** Files of an external broker: its accounts in the data folder, and what is handed to Mosquitto. */
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { err, ok, type Result } from '@cardwatch/kernel';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { passwordLines } from '../broker/mosquitto/passwords.ts';
import { readSecret } from '../channels/config/secret-files.ts';

/** The collector's own account on the broker. `+`, `#` and `:` mean something else there. */
export const BrokerAccount = z.strictObject({
  user: z.string().regex(/^[^\s:+#]{1,128}$/),
  password: z.string().min(1).max(1_024),
});
export type BrokerAccount = z.infer<typeof BrokerAccount>;

/** The part of an agent's file of secrets that its broker needs. */
export const AgentAccount = z.object({ site: z.string(), agent: z.string(), mqttSecret: z.string().min(1).max(1_024) });
export type AgentAccount = z.infer<typeof AgentAccount>;

export interface SecretsFailure {
  readonly file: string;
  /** Never what stands in the file. */
  readonly detail: string;
}

export const accountFileOf = (dataFolder: string): string => join(dataFolder, 'broker.secrets.yaml');
const passwordsFileOf = (dataFolder: string): string => join(dataFolder, 'broker-passwords');

/** A file of secrets as YAML, mode 0600. */
export function readSecrets<T>(file: string, schema: z.ZodType<T>): Result<T, SecretsFailure> {
  const path = resolve(file);
  const text = readSecret(dirname(path), basename(path));
  if (!text.ok) return err({ file, detail: `${text.error.kind} ${text.error.detail}`.trim() });
  try {
    const parsed = schema.safeParse(parse(text.value));
    return parsed.success ? ok(parsed.data) : err({ file, detail: parsed.error.issues[0]?.path.join('.') || 'shape' });
  } catch {
    return err({ file, detail: 'not YAML' });
  }
}

/** Made, with mode 0600, when there is none yet. */
export function ensureAccount(dataFolder: string, fresh: () => BrokerAccount): Result<BrokerAccount, SecretsFailure> {
  const file = accountFileOf(dataFolder);
  if (!existsSync(file)) replaceFile(file, stringify(fresh()));
  return readSecrets(file, BrokerAccount);
}

/** What Mosquitto is to know of each agent's secret, by user: hashes that were made when the secrets were. */
export function knownPasswords(dataFolder: string): ReadonlyMap<string, string> {
  const file = passwordsFileOf(dataFolder);
  return existsSync(file) ? passwordLines(readFileSync(file, 'utf8')) : new Map();
}

export function keepPassword(dataFolder: string, line: string): void {
  appendFileSync(passwordsFileOf(dataFolder), `${line}\n`, { mode: 0o600, flush: true });
}

/** Whole or not at all; mode 0600. */
export function replaceFile(file: string, text: string): void {
  const fresh = `${file}.new`;
  const handle = openSync(fresh, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}
