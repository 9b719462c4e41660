import type { DeviceState, StateCause } from '@cardwatch/contracts';
import type { UplinkPhase } from './status.ts';

type Words = readonly [zh: string, en: string];

export const stateWords: Readonly<Record<DeviceState, Words>> = {
  online: ['在线', 'online'],
  degraded: ['降级', 'degraded'],
  sellingOffline: ['脱机', 'selling offline'],
  offline: ['离线', 'offline'],
  maintenance: ['维护中', 'maintenance'],
  disabled: ['停用', 'disabled'],
  unknown: ['未知', 'unknown'],
};

export const causeWords: Readonly<Record<StateCause, Words>> = {
  noReply: ['无应答', 'no reply'],
  unreachableParent: ['上级不可达', 'line unreachable'],
  authFailed: ['认证失败', 'wrong password'],
  protocolError: ['协议错误', 'protocol error'],
  unsupported: ['不支持', 'unsupported'],
  busFault: ['总线故障', 'bus fault'],
  slow: ['响应慢', 'slow'],
  lossy: ['丢包', 'lossy'],
  clock: ['时钟偏差', 'clock drift'],
  storeNearlyFull: ['存储将满', 'store nearly full'],
  uplinkDown: ['无法上传', 'cannot upload'],
  agentLost: ['采集器失联', 'agent lost'],
  identityChanged: ['设备身份变化', 'another device answers'],
  neverSeen: ['尚未连接', 'never seen'],
};

export const wayWords: Readonly<Record<'polled' | 'listening' | 'both', Words>> = {
  polled: ['轮询', 'polled'],
  listening: ['主动上报', 'listening'],
  both: ['轮询与上报', 'polled and listening'],
};

export const phaseWords: Readonly<Record<UplinkPhase, Words>> = {
  waiting: ['等待重连', 'waiting to connect'],
  connecting: ['连接中', 'connecting'],
  greeting: ['握手中', 'greeting'],
  online: ['已连接', 'connected'],
  stopped: ['已停止', 'stopped'],
};

export const blockedWords: Readonly<Record<'noEpoch' | 'storageFailed', Words>> = {
  noEpoch: ['尚未登记，流水留在终端', 'not enrolled yet, records stay on the terminals'],
  storageFailed: ['存储故障，流水留在终端', 'storage failed, records stay on the terminals'],
};

export const both = ([zh, en]: Words): string => `${zh} ${en}`;
