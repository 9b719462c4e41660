import { Command, InvalidArgumentError } from 'commander';

export interface CampusOptions {
  readonly scale: 's' | 'm' | 'l';
  readonly speed: number;
  readonly data: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly simulatorsPort: number;
  readonly statusPort: number;
  readonly linePort: number;
  readonly seed: number;
  readonly campusTime: string;
}

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError('a port is a whole number from 1 to 65535 端口为 1 到 65535 的整数');
  return value;
};

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 3_600)
    throw new InvalidArgumentError('a number above 0, at most 3600 大于 0 且不超过 3600 的数');
  return value;
};

const scale = (text: string): string => {
  if (!['s', 'm', 'l'].includes(text)) throw new InvalidArgumentError('one of s, m, l 取值 s、m、l');
  return text;
};

export function readOptions(argv: readonly string[]): CampusOptions {
  return new Command('npm start --')
    .description('Cardwatch 一卡通值守: the whole simulated campus on this machine 在本机运行整套模拟校区')
    .option('--scale <s|m|l>', 'size of the simulated campus 模拟规模', scale, 's')
    .option('--speed <n>', 'campus minutes per real minute 时间倍速', positive, 60)
    .option('--data <dir>', 'data folder, kept between starts 数据目录', 'data')
    .option('--http-port <port>', 'console and API 控制台端口', port, 8480)
    .option('--mqtt-port <port>', 'MQTT 端口', port, 1883)
    .option('--simulators-port <port>', "simulators' truth and faults 模拟器端口", port, 8470)
    .option('--status-port <port>', 'first agent status page, the next follow 采集器状态页起始端口', port, 8491)
    .option('--line-port <port>', 'first simulated line, the next follow 模拟线路起始端口', port, 15_020)
    .option('--campus-time <HH:MM>', 'time of the simulated campus at start 模拟校区起始时刻', '11:40')
    .option('--seed <n>', 'seed of the simulated people 随机种子', Number, 1)
    .parse(['node', 'campus', ...argv])
    .opts<CampusOptions>();
}
