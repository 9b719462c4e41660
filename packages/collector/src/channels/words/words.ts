/** What channels say: to recipients on buttons and links, to operators about a failure. Whose language is not known is told in both. */
import type { RobotDetail } from '@cardwatch/contracts/robots';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type DetailCode =
  | RobotDetail
  | 'unknownAddress'
  | 'badAddress'
  | 'httpRefused'
  | 'httpUnauthorised'
  | 'httpGone'
  | 'httpServerError'
  | 'httpRedirected'
  | 'badUrl'
  | 'plainHttp'
  | 'forbiddenAddress'
  | 'unresolved'
  | 'deadline'
  | 'responseTooLarge'
  | 'untrusted'
  | 'unreachable'
  | 'cut'
  | 'noTls'
  | 'loginRefused'
  | 'senderRefused'
  | 'mailboxRefused'
  | 'mailTemporary'
  | 'mailProtocol'
  | 'sinkRefused';

export interface ChannelWords {
  readonly open: string;
  readonly acknowledge: string;
  readonly details: Readonly<Record<DetailCode, string>>;
}

/** `无法连接 no connection` */
export const detailText = (code: DetailCode): string => `${zh.details[code]} ${en.details[code]}`;

export const openLabel = `${zh.open} ${en.open}`;
export const acknowledgeLabel = `${zh.acknowledge} ${en.acknowledge}`;
