import type { LogLevel } from '@cardwatch/kernel';
import { Command, Option } from 'commander';
import { type Lang, problemText } from '../config/words.ts';
import { envLang, exitCodes } from './environment.ts';
import { journalCommand } from './journal-commands.ts';
import { version } from './version.ts';

interface Common {
  readonly lang?: string;
}

const langOption = (): Option => new Option('--lang <lang>', '消息语言 language of messages').choices(['zh', 'en']);
const configOption = (): Option =>
  new Option('-c, --config <file>', '配置文件 configuration').default('/etc/cardwatch/agent.yaml').env('CARDWATCH_AGENT_CONFIG');

/** Heavy parts are loaded by the command that needs them. */
export async function program(words: readonly string[]): Promise<Command> {
  const root = new Command('cardwatch-agent').description('一卡通值守采集器 Cardwatch agent').version(version);
  root
    .command('run')
    .description('运行 collect and relay until stopped')
    .addOption(configOption())
    .addOption(langOption())
    .addOption(
      new Option('--log <level>', '日志级别 least level of the log').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
    .action(async (options: Common & { readonly config: string; readonly log: LogLevel }) => {
      const { runAgent } = await import('./run.ts');
      // A driver may hold a port that is slow to let go; all that has to be durable is.
      process.exit(await runAgent(options.config, options.log, envLang(options.lang)));
    });
  root
    .command('check')
    .description('检查配置 check the configuration and say all that is wrong with it')
    .addOption(configOption())
    .addOption(langOption())
    .action(async (options: Common & { readonly config: string }) => {
      process.exitCode = await check(options.config, envLang(options.lang));
    });
  root
    .command('status')
    .description('打印运行状态 print the status of a running agent')
    .option('--url <url>', '本地状态页地址 its status page', 'http://127.0.0.1:8491')
    .option('--json', '原样输出 JSON as it is')
    .addOption(langOption())
    .action(async (options: Common & { readonly url: string; readonly json?: true }) => {
      const { printStatus } = await import('./print-status.ts');
      process.exitCode = await printStatus(options.url, options.json === true, envLang(options.lang));
    });
  root.addCommand(journalCommand());
  await addDriverCommands(root, words);
  root.addCommand(
    deviceCommand('probe', '问一次设备并说明 ask a device once and explain what it says; nothing is confirmed or kept')
      .option('--wait <seconds>', '等待主动上报的设备 how long to wait for a device that speaks by itself', '15')
      .option('--json', '输出 JSON')
      .action(async (device: string, options: DeviceOptions & { readonly wait: string; readonly json?: true }) => {
        const { probe } = await import('./probe-command.ts');
        const order = { device, waitMs: secondsOf(options.wait, 15) * 1_000, json: options.json === true };
        process.exit(await probe(options.config, order, envLang(options.lang)));
      }),
  );
  root.addCommand(
    deviceCommand(
      'trace',
      '跟踪运行中设备的报文，最多十分钟 show what goes over the wire of a device of the running agent, ten minutes at most',
    )
      .option('--minutes <n>', '时长 how long', '10')
      .option('--json', '每帧一行 JSON')
      .action(async (device: string, options: DeviceOptions & { readonly minutes: string; readonly json?: true }) => {
        const { trace } = await import('./trace-command.ts');
        const order = { device, minutes: secondsOf(options.minutes, 10), json: options.json === true };
        process.exitCode = await trace(options.config, order, envLang(options.lang));
      }),
  );
  return root;
}

/** These name the protocols in their help and load all of them: not for an agent that runs. */
async function addDriverCommands(root: Command, words: readonly string[]): Promise<void> {
  const [first] = words;
  if (first !== undefined && ['run', 'status', 'journal', 'trace'].includes(first)) return;
  root.addCommand((await import('./decode-command.ts')).decodeCommand());
  root.addCommand(await (await import('./discover-command.ts')).discoverCommand());
}

interface DeviceOptions extends Common {
  readonly config: string;
}

const deviceCommand = (name: string, words: string): Command =>
  new Command(name)
    .description(words)
    .argument('<device>', '配置中的设备编号 id of a device of the configuration')
    .addOption(configOption())
    .addOption(langOption());

const secondsOf = (text: string, otherwise: number): number => {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
};

async function check(file: string, lang: Lang): Promise<number> {
  const { load } = await import('./load.ts');
  const { explainSecondWatch } = await import('../second-watch/explain.ts');
  const loaded = await load(file);
  if (!loaded.ok) {
    for (const problem of loaded.error) console.error(problemText(problem, lang));
    return exitCodes.badConfig;
  }
  const { devices, links } = loaded.value.config;
  console.log(
    lang === 'zh'
      ? `${file}：可用，${links.length} 条线路，${devices.length} 台设备`
      : `${file}: good, ${links.length} links, ${devices.length} devices`,
  );
  const { secondWatch } = loaded.value;
  if (secondWatch !== undefined) console.log(explainSecondWatch(secondWatch, lang));
  return 0;
}
