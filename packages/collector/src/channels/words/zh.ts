import { robotWords } from '@cardwatch/contracts/robots';
import type { ChannelWords } from './words.ts';

export const zh: ChannelWords = {
  open: '查看',
  acknowledge: '确认',
  details: {
    ...robotWords.zh,
    unknownAddress: '配置中没有这个名称的机器人或地址',
    badAddress: '不是本通道的地址',
    httpRefused: '对方以此 HTTP 状态拒绝',
    httpUnauthorised: '对方不予放行',
    httpGone: '该地址不存在',
    httpServerError: '对方服务器出错',
    httpRedirected: '对方要求转向，不予跟随',
    badUrl: '地址不允许访问',
    plainHttp: '地址未用 TLS，且未列入 allowHosts',
    forbiddenAddress: '域名指向内网，且未列入 allowHosts',
    unresolved: '域名无法解析',
    deadline: '超时无应答',
    responseTooLarge: '应答超过允许大小',
    untrusted: 'TLS 证书不受信任',
    unreachable: '无法连接',
    cut: '连接中途断开',
    noTls: '邮件服务器不提供 TLS',
    loginRefused: '邮件服务器拒绝用户名或密码',
    senderRefused: '邮件服务器拒绝发件人或邮件',
    mailboxRefused: '邮件服务器拒绝收件人',
    mailTemporary: '邮件服务器要求稍后再试',
    mailProtocol: '邮件服务器不守协议',
    sinkRefused: '控制台未接收消息',
  },
};
