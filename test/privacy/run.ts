/** `pnpm privacy`: a whole simulated day; afterwards no name, picture or full card number is found in what was published, journaled, logged or measured. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { runProgram } from '../campus/programs.ts';
import { Site } from '../campus/site.ts';
import { huntCanaries } from './canaries.ts';
import { startTap } from './mqtt-tap.ts';

const options = new Command('pnpm privacy')
  .option('--speed <n>', 'campus minutes a second', Number, 10)
  .option('--base-port <n>', 'first of the ports used on loopback', Number, 22_000)
  .parse()
  .opts<{ readonly speed: number; readonly basePort: number }>();

const students = 800;
const dayMinutes = 1_040;
const port = options.basePort;
const folder = mkdtempSync(join(tmpdir(), 'cardwatch-privacy-'));
const ended: string[] = [];
const site = new Site({
  folder,
  site: 'privacy',
  scale: 's',
  httpPort: port,
  mqttPort: port + 1,
  simulatorsPort: port + 2,
  statusPort: port + 3,
  linePort: port + 10,
  simulatorWords: ['--speed', String(60 * options.speed), '--campus-time', '06:30'],
  endedByItself: (name, code, words) => ended.push(`${name} ended by itself with code ${code}: ${words}`),
});
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const hunt = huntCanaries(students);
const seen = { payloads: 0, files: 0 };

/** Everything that agents and collector wrote, but for the seals' own keys. */
function lookAtFiles(at: string): void {
  for (const name of readdirSync(at)) {
    const path = join(at, name);
    if (statSync(path).isDirectory()) lookAtFiles(path);
    else {
      seen.files++;
      hunt.look(path.slice(folder.length + 1), readFileSync(path));
    }
  }
}

async function metrics(): Promise<void> {
  const made = runProgram('collector', [
    'token',
    'add',
    '--scopes',
    'metrics',
    '--label',
    'privacy',
    '--data',
    join(folder, 'collector'),
  ]);
  const token = /\b[A-Za-z0-9_-]{24,}\b/.exec(made)?.[0] ?? '';
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}`);
  hunt.look('/metrics', Buffer.from(await answer.arrayBuffer()));
  for (const [index] of site.agents.entries()) {
    const page = await fetch(`http://127.0.0.1:${port + 3 + index}/status.json`);
    hunt.look(`status page ${index}`, Buffer.from(await page.arrayBuffer()));
  }
}

async function main(): Promise<number> {
  await site.startSimulators();
  const tap = await startTap(port + 1, (topic, payload) => {
    seen.payloads++;
    hunt.look(topic, payload);
  });
  for (const agent of site.agents) site.enrol(agent, tap.port);
  await site.startCollector();
  for (const agent of site.agents) site.startAgent(agent);
  await sleep((dayMinutes / options.speed) * 1_000);
  await metrics();
  const { records } = (await (await fetch(`http://127.0.0.1:${port + 2}/health`)).json()) as { readonly records: number };
  await site.stopAll(5_000);
  await tap.close();
  for (const place of [...site.agents, 'collector', 'logs']) lookAtFiles(join(folder, place));
  console.log(
    `${records} records of one campus day; ${seen.payloads} payloads, ${seen.files} files, ${hunt.bytes} bytes looked at`,
  );
  for (const { place, what } of hunt.findings) console.log(`FOUND ${what} in ${place}`);
  for (const line of ended) console.log(`ENDED ${line}`);
  const well = hunt.findings.length === 0 && ended.length === 0 && records > 0 && seen.payloads > 0 && seen.files > 0;
  console.log(well ? 'no name, picture or full card number left the agents' : `FAILED; see ${folder}`);
  if (well) rmSync(folder, { recursive: true, force: true });
  return well ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  async (reason: unknown) => {
    console.error(reason);
    await site.stopAll(1_000);
    process.exit(1);
  },
);
