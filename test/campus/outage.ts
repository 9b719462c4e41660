/**
 * `npm run outage`: cuts the switch of the first canteen of the campus that `npm start` runs; `-- --restore` gives it back. What happens then is the
 * watch's to find.
 */
import { Command } from 'commander';
import { z } from 'zod';

const fault = { cluster: 'ct01-net', deviceId: 'ct01-net-01', type: 'switchDown' } as const;
const Clusters = z.object({
  clusters: z.array(z.object({ devices: z.array(z.object({ deviceId: z.string(), name: z.string() })) })),
});

const { restore, simulatorsPort } = new Command('npm run outage --')
  .description('cuts the switch of a canteen of the running campus 切断模拟校区一座食堂的交换机')
  .option('--restore', 'gives it back 恢复', false)
  .option('--simulators-port <port>', 'as given to npm start 与 npm start 所用一致', Number, 8470)
  .parse(process.argv.filter((word) => word !== '--'))
  .opts<{ readonly restore: boolean; readonly simulatorsPort: number }>();

const base = `http://127.0.0.1:${simulatorsPort}/clusters`;

async function nameOfSwitch(): Promise<string> {
  const { clusters } = Clusters.parse(await (await fetch(base)).json());
  const found = clusters.flatMap(({ devices }) => devices).find(({ deviceId }) => deviceId === fault.deviceId);
  return `${found?.name ?? ''} ${fault.deviceId}`.trim();
}

const order = (): Promise<Response> =>
  restore
    ? fetch(`${base}/faults?${new URLSearchParams(fault).toString()}`, { method: 'DELETE' })
    : fetch(`${base}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });

async function main(): Promise<number> {
  const name = await nameOfSwitch();
  const answer = await order();
  if (!answer.ok) {
    console.error(`${answer.status} ${await answer.text()}`);
    return 1;
  }
  if (restore) console.log(`已恢复 ${name}，约 2 分钟后告警解除 · given back; the alarm clears in about two minutes`);
  else {
    console.log(`已切断 ${name}，约 10 秒后控制台出现告警 · cut; the console tells of it in about ten seconds`);
    console.log('恢复 · to give it back: npm run outage -- --restore');
  }
  return 0;
}

process.exitCode = await main().catch(() => {
  console.error(
    `端口 ${simulatorsPort} 上没有模拟校区，请先运行 npm start · no campus on port ${simulatorsPort}: run npm start first`,
  );
  return 1;
});
