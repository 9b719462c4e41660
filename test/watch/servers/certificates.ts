/** An authority of our own and a certificate of it for `localhost` and `127.0.0.1`; null where there is no openssl. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsPair } from './http.ts';

export interface Certificates extends TlsPair {
  /** PEM of the authority. */
  readonly ca: string;
}

export const hasOpenssl = spawnSync('openssl', ['version'], { timeout: 10_000 }).status === 0;

export function makeCertificates(): Certificates | null {
  if (!hasOpenssl) return null;
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-certificates-'));
  const run = (...args: string[]): boolean => spawnSync('openssl', args, { cwd: folder, timeout: 30_000 }).status === 0;
  try {
    writeFileSync(join(folder, 'san'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const made =
      run('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Cardwatch test authority') &&
      run('req', ...ec, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=localhost') &&
      run(
        'x509',
        '-req',
        '-in',
        'request.pem',
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-days',
        '30',
        '-extfile',
        'san',
        '-out',
        'cert.pem',
      );
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return made ? { ca: read('ca.pem'), key: read('key.pem'), cert: read('cert.pem') } : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
