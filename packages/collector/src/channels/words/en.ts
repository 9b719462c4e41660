import { robotWords } from '@cardwatch/contracts/robots';
import type { ChannelWords } from './words.ts';

export const en: ChannelWords = {
  open: 'View',
  acknowledge: 'Acknowledge',
  details: {
    ...robotWords.en,
    unknownAddress: 'no robot or endpoint of this name in the configuration',
    badAddress: 'not an address of this channel',
    httpRefused: 'refused with this HTTP status',
    httpUnauthorised: 'not let in, with this HTTP status',
    httpGone: 'nothing is at this address',
    httpServerError: 'the server failed with this HTTP status',
    httpRedirected: 'an answer that leads elsewhere; it is not followed',
    badUrl: 'the address is not one that may be called',
    plainHttp: 'the address is without TLS and not named in allowHosts',
    forbiddenAddress: 'the name leads into a private network and is not named in allowHosts',
    unresolved: 'the name server does not know the host',
    deadline: 'no answer in time',
    responseTooLarge: 'the answer is larger than allowed',
    untrusted: 'the TLS certificate is not trusted',
    unreachable: 'no connection',
    cut: 'the connection broke in the middle',
    noTls: 'the mail server offers no TLS',
    loginRefused: 'the mail server refused user or password',
    senderRefused: 'the mail server refused the sender or the message',
    mailboxRefused: 'the mail server refused the recipient',
    mailTemporary: 'the mail server asks to come back later',
    mailProtocol: 'the mail server did not follow the protocol',
    sinkRefused: 'the console does not take the message',
  },
};
