/** The far side of the bench: doors that go wrong, each in its own way, and sound Modbus slaves. A process of its own, so that its work is not the agent's. */
import { createServer } from 'node:net';
import { answerMbap, ringSlave } from '@cardwatch/drivers/scripted';
import { SeededRandom } from '@cardwatch/kernel';
import { openOnvif } from '@cardwatch/simulators';
import { realClock } from '../drivers/real-clock.ts';

const [, , faultList = '', slaves = '12'] = process.argv;
const everywhere = { deviceId: undefined, delayMs: undefined, deltaMs: undefined, records: undefined };
const truth = { record: () => {}, pass: () => {} };

async function openDoor(fault: string): Promise<{ readonly fault: string; readonly port: number; strike(): void }> {
  const device = {
    deviceId: `door-${fault.toLowerCase()}`,
    name: 'Door',
    profile: 'onvif/cardwatch/profile-c-door',
    address: '127.0.0.1',
  };
  const plan = {
    kind: 'onvif' as const,
    name: `doors-${fault}`,
    agent: 'a1',
    port: 0,
    devices: [{ ...device, place: { campus: 'main' } }],
  };
  const parts = { clock: realClock, random: new SeededRandom(1), truth, port: 0, restored: undefined };
  const cluster = await openOnvif(plan as never, parts);
  const port = 'port' in cluster.endpoint ? cluster.endpoint.port : 0;
  return { fault, port, strike: () => void cluster.strike({ ...everywhere, type: fault }) };
}

async function openSlaves(): Promise<number> {
  const all = new Map(Array.from({ length: Number(slaves) }, (_, index) => [index + 1, ringSlave({ unit: index + 1 })] as const));
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (frame: Buffer) => {
      const slave = all.get(frame[6] ?? 0);
      const answer = slave === undefined ? undefined : answerMbap(slave, frame);
      if (answer !== undefined) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const doors = await Promise.all(faultList.split(',').map(openDoor));
process.on('message', () => {
  for (const door of doors) door.strike();
  process.send?.('struck');
});
process.on('disconnect', () => process.exit(0));
process.send?.({ slavePort: await openSlaves(), doors: doors.map(({ fault, port }) => ({ fault, port })) });
