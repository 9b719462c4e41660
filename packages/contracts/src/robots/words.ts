/** Why a robot did not take a message, for people. */
import type { RobotDetail } from './answer.ts';

export const robotWords: Readonly<Record<'zh' | 'en', Readonly<Record<RobotDetail, string>>>> = {
  zh: {
    busy: '对方繁忙',
    badKey: '机器人密钥或地址无效，或已被移出群',
    badSignature: '签名不符，或本机时钟偏差超过一小时',
    badToken: '令牌不存在或已失效',
    ipRefused: '本机地址不在机器人白名单内',
    keywordMissing: '消息不含机器人要求的关键词',
    robotStopped: '机器人已停用或群已解散',
    tooFast: '本分钟消息过多',
    tooLong: '消息超过本通道长度',
    badRequest: '请求格式不被接受',
    contentRefused: '内容被拒绝',
    unknownCode: '对方返回未知代码',
    notUnderstood: '无法读懂对方应答',
  },
  en: {
    busy: 'the other side is busy',
    badKey: 'the key or address of the robot is not valid, or it was removed from the group',
    badSignature: 'the signature does not match, or the clock is off by more than an hour',
    badToken: 'the token is not known or no longer valid',
    ipRefused: 'the address of this machine is not on the list of the robot',
    keywordMissing: 'the robot asks for a keyword that the message does not hold',
    robotStopped: 'the robot was stopped or its group dissolved',
    tooFast: 'too many messages in this minute',
    tooLong: 'the message is longer than this channel takes',
    badRequest: 'the request was not understood',
    contentRefused: 'the content was refused',
    unknownCode: 'an answer with a code that is not known',
    notUnderstood: 'the answer could not be read',
  },
};
