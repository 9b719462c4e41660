import { Command, Option } from 'commander';
import type { Terminal } from '../shell/terminal.ts';
import { idleMinutes, portNumber, type RunOptions } from './options.ts';
import { run } from './run.ts';

const dataOption = (): Option =>
  new Option('--data <dir>', 'data folder 数据目录').default('./data/collector').env('CARDWATCH_DATA');

/** `cardwatch-collector`; `ended` is called with the exit code of the verb that ran. */
export function program(version: string, terminal: Terminal, ended: (code: number) => void): Command {
  const root = new Command('cardwatch-collector')
    .description('Cardwatch 一卡通值守: collector 采集中心')
    .version(version)
    .showHelpAfterError();
  runVerb(root, async (options) => ended(await run(options, version, terminal)));
  return root;
}

function runVerb(root: Command, act: (options: RunOptions) => Promise<void>): void {
  root
    .command('run')
    .description('broker, ingest, store, API and console 启动采集中心')
    .addOption(dataOption())
    .option('--host <address>', 'address to listen on 监听地址', '127.0.0.1')
    .option('--http-host <address>', 'another address for HTTP HTTP 监听地址')
    .option('--http-port <port>', 'console and API 值守台与接口端口', portNumber, 8480)
    .option('--mqtt-port <port>', 'broker 端口', portNumber, 1883)
    .option('--mqtt-tls-cert <file>', 'PEM certificate for MQTT over TLS')
    .option('--mqtt-tls-key <file>', 'PEM key for MQTT over TLS')
    .option('--http-tls-cert <file>', 'PEM certificate for HTTPS')
    .option('--http-tls-key <file>', 'PEM key for HTTPS')
    .option('--behind-tls', 'a proxy in front speaks TLS 前置 TLS 代理', false)
    .option('--open-metrics', '/metrics without a token for this machine 本机免令牌读指标', false)
    .option('--session-idle-min <minutes>', 'a session ends after this long without use 闲置登出（分钟）', idleMinutes, 15)
    .addOption(
      new Option('--log-level <level>', 'least level logged').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
    .action(act);
}
