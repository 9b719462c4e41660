/** Mosquitto's password file: a line a user, `name:$7$iterations$salt$hash`, PBKDF2 with SHA-512 (mosquitto_passwd of 2.0 and newer). */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import type { AgentAddress } from '@cardwatch/contracts';

/** As mosquitto_passwd has it: the secrets are 256 random bits, which no number of rounds makes safer, and each connect is charged for them. */
const iterations = 101;
const saltBytes = 12;
const hashBytes = 64;

/** What an agent calls itself on the broker; `%u` of the ACL. */
export const userOf = ({ site, agent }: AgentAddress): string => `${site}/${agent}`;

export function passwordLine(user: string, secret: string): string {
  const salt = randomBytes(saltBytes);
  const hash = pbkdf2Sync(secret, salt, iterations, hashBytes, 'sha512');
  return `${user}:$7$${iterations}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** By user, of several lines the last. */
export function passwordLines(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => /^[^:\s]+:\$7\$/.test(line));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line]));
}
