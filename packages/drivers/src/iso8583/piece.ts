import type { DecodeInput } from '../decode.ts';
import { purseLogDecoder } from '../pboc/purse-log.core.ts';
import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { desCipher } from '../shell/des.ts';
import { answerBody } from './answer.core.ts';
import { businessOf, isMoney } from './business.core.ts';
import { iso8583Links } from './connection.ts';
import { type ReplyPreview, bodyDecoder, noLengthDecoder, tcpDecoder } from './decoders.core.ts';
import { iso8583Driver } from './driver.ts';
import { type Coding, baseCoding } from './elements.core.ts';
import { replyFrame } from './frame.core.ts';
import { Iso8583Profile, codingOf } from './model.ts';

function coding({ profile }: DecodeInput): Coding {
  const parsed = profile === undefined ? undefined : Iso8583Profile.safeParse(profile);
  return parsed?.success === true ? codingOf(parsed.data.dialect) : baseCoding;
}

/** The answer to a message that needs no judgement: elements of time and host serial number are left out. */
const preview: ReplyPreview = ({ tpdu, header, message, coding: rules }) => {
  const business = businessOf(message);
  if (business === undefined || isMoney(business) || business === 'settlement') return undefined;
  const plan = { business, code: '00', acquirer: undefined };
  return replyFrame({ tpdu, header }, answerBody(message, plan, rules, undefined), 'none');
};

export const iso8583Piece: ProtocolPiece = {
  profile: Iso8583Profile,
  links: iso8583Links,
  decoders: {
    'iso8583-unionpay-tcp': () => Promise.resolve(tcpDecoder(coding, preview)),
    'iso8583-unionpay-nolength': () => Promise.resolve(noLengthDecoder(coding)),
    'iso8583-unionpay-body': () => Promise.resolve(bodyDecoder(coding)),
    'pboc-ep-record': () => Promise.resolve(purseLogDecoder),
  },
  driver: ({ random }) => iso8583Driver(random, desCipher) as AnyDriver,
};
