import type { DecodeInput } from '../decode.ts';
import { purseLogDecoder } from '../pboc/purse-log.core.ts';
import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { desCipher } from '../shell/des.ts';
import { answerBody } from './answer.core.ts';
import { businessOf, isMoney } from './business.core.ts';
import { type ReplyPreview, type Settings, bodyDecoder, noLengthDecoder, tcpDecoder } from './decoders.core.ts';
import { iso8583Driver } from './driver.ts';
import { baseCoding } from './elements.core.ts';
import { replyFrame } from './frame.core.ts';
import { Iso8583Profile, codingOf } from './model.ts';

const plain: Settings = { coding: baseCoding, meaning: undefined };

function settings({ profile }: DecodeInput): Settings {
  const parsed = profile === undefined ? undefined : Iso8583Profile.safeParse(profile);
  if (parsed?.success !== true) return plain;
  const { dialect, records } = parsed.data;
  return { coding: codingOf(dialect), meaning: { markFrom: dialect.markFrom, kinds: records.kinds } };
}

/** The answer to a message that needs no judgement: elements of time and host serial number are left out. */
const preview: ReplyPreview = ({ tpdu, header, message, coding: rules }) => {
  const business = businessOf(message);
  if (business === undefined || isMoney(business) || business === 'settlement') return undefined;
  const plan = { business, code: '00', acquirer: undefined };
  return replyFrame({ tpdu, header }, answerBody(message, plan, rules, undefined), 'none');
};

export const iso8583Piece: ProtocolPiece = {
  decoders: {
    'iso8583-unionpay-tcp': () => Promise.resolve(tcpDecoder(settings, preview)),
    'iso8583-unionpay-nolength': () => Promise.resolve(noLengthDecoder(settings)),
    'iso8583-unionpay-body': () => Promise.resolve(bodyDecoder(settings)),
    'pboc-ep-record': () => Promise.resolve(purseLogDecoder),
  },
  driver: ({ random }) => iso8583Driver(random, desCipher) as AnyDriver,
};
