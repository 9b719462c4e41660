/** What a failure means for the person who stands before the device, and what to look at. */
import type { DriverFailure } from '@cardwatch/drivers';
import { unreachable } from '@cardwatch/kernel';
import type { Lang } from '../config/words.ts';

export interface Advice {
  readonly found: string;
  readonly look: string;
}

type Pair = readonly [zh: string, en: string];

const wires: ReadonlySet<string> = new Set(['serial', 'rtuOverTcp']);

/** `kind`: of the link. A wrong password, a silent device and a dead line are three different things. */
export function adviceFor(failure: DriverFailure, kind: string, lang: Lang): Advice {
  const pick = ([zh, en]: Pair): string => (lang === 'zh' ? zh : en);
  const [found, look] = pairFor(failure, kind);
  return { found: pick(found), look: pick(look) };
}

function pairFor(failure: DriverFailure, kind: string): readonly [found: Pair, look: Pair] {
  switch (failure.kind) {
    case 'unreachable':
      return [[`连不上：${failure.detail}`, `cannot be reached: ${failure.detail}`], reachWords(failure.detail, kind)];
    case 'timeout':
      return [
        [
          `线路通，设备 ${failure.afterMs} ms 内没有应答`,
          `the way is open, but the device did not answer within ${failure.afterMs} ms`,
        ],
        silentWords(kind),
      ];
    case 'refused':
      return [
        [
          `设备应答但拒绝，代码 ${failure.deviceCode}：${failure.detail}`,
          `the device answered and refused, code ${failure.deviceCode}: ${failure.detail}`,
        ],
        [
          '设备在线；型号档案与固件可能不符，或功能未开通',
          'it is online; its profile may not fit its firmware, or the function is not enabled',
        ],
      ];
    case 'malformed':
      return [
        [`收到的数据不成帧：${failure.detail}`, `what came is no good frame: ${failure.detail}`],
        wires.has(kind)
          ? [
              '检查波特率、校验位、A/B 线、终端电阻；同一地址是否有两台设备',
              'check baud rate, parity, A/B wires and termination; are two devices on one address?',
            ]
          : ['检查端口和协议是否正确，型号档案是否对应', 'check that port, protocol and profile are the right ones'],
      ];
    case 'unauthorised':
      return [
        [
          `设备在线，用户名、密码或密钥不对：${failure.detail}`,
          `the device is online; user, password or key is wrong: ${failure.detail}`,
        ],
        [
          '更正凭据文件；多次失败可能锁定账号，先停下',
          'mend the credentials file; repeated failures may lock the account, so stop first',
        ],
      ];
    case 'unsupported':
      return [
        [`不支持：${failure.detail}`, `not supported: ${failure.detail}`],
        ['换用合适的型号档案', 'use a profile that fits'],
      ];
    case 'closed':
      return [
        ['连接被对方关闭', 'the other side closed the connection'],
        [
          '可能已有别的程序占用唯一的连接，或端口模式不对',
          'another program may hold its only connection, or the mode of the port is wrong',
        ],
      ];
    default:
      return unreachable(failure);
  }
}

function reachWords(detail: string, kind: string): Pair {
  if (/ECONNREFUSED/.test(detail))
    return ['主机在，端口没有打开：检查端口号与服务', 'the host is there, nothing listens on the port: check port and service'];
  if (/EADDRINUSE/.test(detail))
    return ['本机端口已被占用：另一个程序在监听', 'the port of this machine is taken: another program listens on it'];
  if (/EACCES|ermission/.test(detail))
    return [
      '本用户无权打开：加入 dialout 组，或用大于 1024 的端口',
      'this user may not open it: join the group dialout, or take a port above 1024',
    ];
  if (/ENOENT|No such file/.test(detail))
    return ['没有这个串口：检查转换器与路径', 'there is no such serial port: check adapter and path'];
  if (/lock|busy|EBUSY|temporarily/i.test(detail)) return ['串口被另一个程序占用', 'another program holds the serial port'];
  if (/ENOTFOUND|EAI_AGAIN/.test(detail)) return ['主机名无法解析', 'the host name cannot be resolved'];
  return kind === 'serial'
    ? ['检查串口转换器', 'check the serial adapter']
    : ['检查地址、电源、网线、交换机与 VLAN', 'check address, power, cable, switch and VLAN'];
}

function silentWords(kind: string): Pair {
  if (wires.has(kind))
    return [
      '检查设备地址、波特率、校验位、A/B 线与电源；串口服务器须为透明传输',
      'check the address, baud rate, parity, A/B wires and power; a serial server must be in transparent mode',
    ];
  if (kind === 'modbusTcp')
    return [
      '检查单元号；串口服务器须为 Modbus 网关模式',
      'check the unit number; a serial server must be in Modbus gateway mode',
    ];
  return [
    '检查设备地址、电源，以及设备上是否填了本机地址',
    'check its address and power, and whether the device was given the address of this machine',
  ];
}
