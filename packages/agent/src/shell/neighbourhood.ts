import { readFile } from 'node:fs/promises';
import type { DriverIo } from '@cardwatch/drivers';
import type { Neighbourhood } from '../ports.ts';
import { parseArp, parseHop } from '../ways/ways.core.ts';

const hopWaitS = 1;
const hopDeadlineMs = 3_000;
const outputBytesMax = 4_096;

/** The kernel's ARP table and the system's `ping`. Where one of them is not there, nothing is seen. */
export const neighbourhood = (io: Pick<DriverIo, 'runProgram'>): Neighbourhood => ({
  arp: async () => parseArp(await readFile('/proc/net/arp', 'utf8').catch(() => '')),
  hop: async (host, ttl) => {
    const words = ['-n', '-c', '1', '-t', String(ttl), '-W', String(hopWaitS), '--', host];
    const ran = await io.runProgram({ program: 'ping', words, deadlineMs: hopDeadlineMs, outputBytesMax });
    return ran.ok ? parseHop(ran.value.stdout, host) : { kind: 'silent' };
  },
});
