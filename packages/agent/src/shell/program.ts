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
export function program(): Command {
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
  return root;
}

async function check(file: string, lang: Lang): Promise<number> {
  const { load } = await import('./load.ts');
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
  return 0;
}
