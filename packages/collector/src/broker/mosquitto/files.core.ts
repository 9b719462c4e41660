/** What Mosquitto is to be configured with, as text: limits of section 3.1 of the reliability study, and an ACL that binds a message's agent to its user. */
import { downKinds, upKinds } from '@cardwatch/contracts';
import { brokerLimits } from '../limits.ts';

export interface MosquittoWish {
  readonly host: string;
  readonly port: number;
  /** Paths; left out, no TLS: for loopback, or where somebody said so in words. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Agents that are registered. */
  readonly agents: number;
  /** Folder of `passwords` and `acl`, absolute. */
  readonly folder: string;
}

/** Each limit with its name in `mosquitto.conf`. */
export const mosquittoLimits = {
  max_packet_size: brokerLimits.packetBytes,
  max_keepalive: brokerLimits.keepaliveS,
  /** Of one client, not acknowledged yet: what the collector takes before it commits. */
  max_inflight_messages: 256,
  max_queued_messages: 4_096,
  max_queued_bytes: 64 * 1024 * 1024,
  memory_limit: 512 * 1024 * 1024,
  autosave_interval: 30,
} as const;

const connectionsOf = (agents: number): number => Math.ceil(agents * 1.5) + 50;

/** `mosquitto.conf`. */
export function configuration({ host, port, tls, agents, folder }: MosquittoWish): string {
  const limits = Object.entries(mosquittoLimits).map(([name, value]) => `${name} ${value}`);
  const secure = tls === undefined ? [] : [`certfile ${tls.certFile}`, `keyfile ${tls.keyFile}`, 'tls_version tlsv1.2'];
  return `${[
    '# Cardwatch 一卡通值守: written once by `cardwatch-collector broker mosquitto`, yours to edit 只生成一次，可自行修改',
    '# `passwords` and `acl` beside it are written anew each time: then send SIGHUP 口令和权限文件每次重写，之后发 SIGHUP',
    'per_listener_settings false',
    'allow_anonymous false',
    `password_file ${folder}/passwords`,
    `acl_file ${folder}/acl`,
    '',
    '# Limits: Mosquitto has none of its own 限额：缺省都没有',
    ...limits,
    'allow_zero_length_clientid false',
    'retain_available false',
    'queue_qos0_messages false',
    'set_tcp_nodelay true',
    'sys_interval 0',
    '',
    '# The collector’s session is kept for an hour after it went; what is lost all the same is sent again by the agents',
    '# 采集中心离线一小时内保留会话；仍丢失的由采集器重发',
    'persistence true',
    `persistence_location ${folder}/`,
    'persistent_client_expiration 1d',
    '',
    'log_dest stderr',
    'log_type error',
    'log_type warning',
    'log_type notice',
    '',
    `listener ${port} ${host}`,
    ...secure,
    `max_connections ${connectionsOf(agents)}`,
    'max_qos 1',
    'max_topic_alias 0',
    '# Nobody ends another’s connection by its client id 客户端标识即用户名，不能冒用他人标识断开其连接',
    'use_username_as_clientid true',
  ].join('\n')}\n`;
}

/** `acl`: the same for every agent, so that a new one needs a line in `passwords` alone. */
export function accessList(collectorUser: string): string {
  return `${[
    '# Cardwatch 一卡通值守: written by `cardwatch-collector broker mosquitto` 每次重写',
    `user ${collectorUser}`,
    'topic read cw/1/+/+/up/+',
    'topic write cw/1/+/+/down/+',
    '',
    '# %u is the user, `site/agent`: a message of an agent stands under its own name or is not passed on 只能用自己的名字',
    ...upKinds.map((kind) => `pattern write cw/1/%u/up/${kind}`),
    ...downKinds.map((kind) => `pattern read cw/1/%u/down/${kind}`),
  ].join('\n')}\n`;
}
