import { Role, Scope } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { Command, Option } from 'commander';
import type { Terminal } from '../shell/terminal.ts';
import { type AgentAddOptions, agentAdd, agentList } from './agent.ts';
import { brokerMosquitto, type MosquittoOptions } from './broker.ts';
import { type ExportOptions, exportVerb } from './export.ts';
import { days, idleMinutes, portNumber, type RunOptions, scopeList, shanghaiDay, slug } from './options.ts';
import { type TokenAddOptions, tokenAdd, type UserAddOptions, userAdd, userDisable, userPassword } from './people.ts';
import { run } from './run.ts';
import { verify } from './verify.ts';

const dataOption = (): Option =>
  new Option('--data <dir>', 'data folder 数据目录').default('./data/collector').env('CARDWATCH_DATA');

const brokerPlainOption = (): Option =>
  new Option('--broker-plain', 'no TLS although the broker is not on this machine 明文连接非本机的消息服务器').default(false);

/** `cardwatch-collector`; `ended` is called with the exit code of the verb that ran. */
export function program(version: string, terminal: Terminal, ended: (code: number) => void): Command {
  const root = new Command('cardwatch-collector')
    .description('Cardwatch 一卡通值守: collector 采集中心')
    .version(version)
    .showHelpAfterError();
  runVerb(root, async (options) => ended(await run(options, version, terminal)));
  const parts = { root, terminal, ended };
  agentVerbs(parts);
  peopleVerbs(parts);
  brokerVerbs(parts);
  ledgerVerbs(parts);
  return root;
}

interface Parts {
  readonly root: Command;
  readonly terminal: Terminal;
  readonly ended: (code: number) => void;
}

function agentVerbs({ root, terminal, ended }: Parts): void {
  const agent = root.command('agent').description('agents 采集器');
  agent
    .command('add')
    .argument('<agent>', 'its id, e.g. yb-a', slug)
    .description('register an agent and make its secrets 登记采集器并生成密钥文件')
    .requiredOption('--site <site>', 'its site 站点', slug)
    .option('--out <file>', 'secrets file, mode 0600 密钥文件')
    .addOption(dataOption())
    .action(async (id: string, options: AgentAddOptions) => ended(await agentAdd(id, options, terminal)));
  agent
    .command('list')
    .description('id, site, state, devices, version, last seen')
    .addOption(dataOption())
    .action(async ({ data }: { data: string }) => ended(await agentList(data, terminal)));
}

function brokerVerbs({ root, terminal, ended }: Parts): void {
  root
    .command('broker')
    .description('an external broker 外接消息服务器')
    .command('mosquitto')
    .description('password file and ACL for the registered agents, a configuration 生成 Mosquitto 的口令、权限和配置')
    .requiredOption('--out <dir>', 'folder to write into 输出目录')
    .option('--host <address>', 'where it is to listen 监听地址', '127.0.0.1')
    .option('--port <port>', 'its port 端口', portNumber, 8883)
    .option('--tls-cert <file>', 'its PEM certificate 证书')
    .option('--tls-key <file>', 'PEM key 私钥')
    .addOption(brokerPlainOption())
    .option('--secrets <file...>', 'secrets of agents that were added earlier 早先登记的采集器的密钥文件', [])
    .addOption(dataOption())
    .action(async (options: MosquittoOptions) => ended(await brokerMosquitto(options, terminal)));
}

function peopleVerbs({ root, terminal, ended }: Parts): void {
  const user = root.command('user').description('accounts 账号');
  user
    .command('add')
    .argument('<name>')
    .description('make an account; the password is asked for 建立账号')
    .addOption(new Option('--role <role>').choices(Role.options).makeOptionMandatory())
    .option('--display-name <text>', 'name on the screen 显示名')
    .addOption(dataOption())
    .action(async (name: string, options: UserAddOptions) => ended(await userAdd(name, options, terminal)));
  for (const [verb, disabled, words] of [
    ['disable', true, 'disable an account; its sessions end 停用账号'],
    ['enable', false, 'enable an account 启用账号'],
  ] as const)
    user
      .command(verb)
      .argument('<name>')
      .description(words)
      .addOption(dataOption())
      .action(async (name: string, { data }: { data: string }) => ended(await userDisable(name, disabled, data, terminal)));
  user
    .command('password')
    .argument('<name>')
    .description('set a password; it is asked for 更换密码')
    .addOption(dataOption())
    .action(async (name: string, { data }: { data: string }) => ended(await userPassword(name, data, terminal)));
  root
    .command('token')
    .description('bearer tokens 接口令牌')
    .command('add')
    .description('make a token; shown once 建立令牌')
    .requiredOption('--scopes <list>', Scope.options.join(','), scopeList)
    .requiredOption('--label <text>', 'what it is for 用途')
    .option('--days <n>', 'life in days 有效天数', days, 365)
    .addOption(dataOption())
    .action(async (options: TokenAddOptions) => ended(await tokenAdd(options, terminal)));
}

function ledgerVerbs({ root, terminal, ended }: Parts): void {
  root
    .command('verify')
    .description('database, ranges, sums and audit chain 校验账目与审计链')
    .addOption(dataOption())
    .action(async ({ data }: { data: string }) => ended(await verify(data, terminal)));
  root
    .command('export')
    .description('masked data onto standard output 导出（脱敏）')
    .command('records')
    .requiredOption('--from <day>', 'first day, Asia/Shanghai 起始日', shanghaiDay)
    .requiredOption('--to <day>', 'last day, included 截止日（含）', shanghaiDay)
    .addOption(new Option('--format <format>').choices(['csv', 'ndjson']).default('csv'))
    .addOption(dataOption())
    .action(async (options: ExportOptions) => ended(await exportVerb({ ...options, to: options.to + dayMs }, terminal)));
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
    .addOption(
      new Option('--broker-url <url>', 'an external broker instead of our own, mqtts://host:8883 外接消息服务器')
        .env('CARDWATCH_BROKER_URL')
        .conflicts(['mqttPort', 'mqttTlsCert', 'mqttTlsKey']),
    )
    .addOption(
      new Option(
        '--broker-secrets <file>',
        'user and password there; default broker.secrets.yaml in the data folder 账号文件',
      ).env('CARDWATCH_BROKER_SECRETS'),
    )
    .addOption(
      new Option('--broker-ca <file>', 'PEM authority of its certificate, where the system does not know it CA 证书').env(
        'CARDWATCH_BROKER_CA',
      ),
    )
    .addOption(brokerPlainOption())
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
