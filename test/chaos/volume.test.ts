import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isolated, missing, noSpace } from './ground.ts';

const why = noSpace() ?? missing(undefined).get('images');

test.skipIf(why !== undefined)(
  `a power cut keeps what was synced and takes the rest${why === undefined ? '' : ` (${why})`}`,
  () => {
    const [command = '', ...words] = isolated(process.execPath, fileURLToPath(new URL('./volume-proof.ts', import.meta.url)));
    const proof = spawnSync(command, words, { encoding: 'utf8', timeout: 50_000 });
    expect(proof.stderr).toBe('');
    const { blocks, ...rest }: Record<string, number> = JSON.parse(proof.stdout);
    expect(rest).toEqual({ cuts: 5, kept: 5, earlier: 5, unsynced: 0 });
    // each cut took 200,000 bytes that had not reached the image
    expect(blocks).toBeGreaterThanOrEqual((5 * 200_000) / 4_096);
  },
);
