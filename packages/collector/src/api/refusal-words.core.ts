/** Why the watch refused a move, by the code of the step that refused. */
import type { HandlingRefusal } from '../core/alarm/handling.step.ts';
import { incidentRefusalWords } from './incident-refusals.core.ts';
import type { Words } from './words.core.ts';

type Known =
  | HandlingRefusal['kind']
  | 'namedByContract'
  | 'namedByPolicy'
  | 'hasShifts'
  | 'notFailed'
  | 'cleared'
  | 'acknowledged'
  | RegisterRefusal;

type RegisterRefusal = 'rolledBack' | 'isRollback' | 'outOfReach' | 'confirmed' | 'rejected';

const known: Readonly<Record<Known, Words>> = {
  closed: { zh: '预警已关闭。', en: 'The alarm is closed.' },
  alreadyBeingHandled: { zh: '已有人在处理。', en: 'Somebody is handling it already.' },
  ownerMissing: { zh: '没有写明交给谁。', en: 'It does not say to whom.' },
  expiryPast: { zh: '确认的截止时间已过。', en: 'The acknowledgement would end in the past.' },
  expiryTooFar: { zh: '确认最长 24 小时。', en: 'An acknowledgement lasts at most 24 hours.' },
  nobodyTookIt: { zh: '还没有人接手，先确认或派单。', en: 'Nobody has taken it yet. Acknowledge or assign it first.' },
  notWorking: { zh: '不在处理中，不能挂起。', en: 'It is not being worked on and cannot be held.' },
  notOnHold: { zh: '没有挂起，不能恢复处理。', en: 'It is not on hold and cannot be resumed.' },
  alreadyWorking: { zh: '您已在处理它。', en: 'You are working on it already.' },
  alreadyDone: { zh: '已处理完毕。', en: 'It is done already.' },
  noteMissing: { zh: '请写一句说明。', en: 'A note is needed.' },
  stillBurning: {
    zh: '告警条件仍在，写明原因后才能关闭。',
    en: 'The condition still holds. Closing it needs a note that says why.',
  },
  namedByContract: {
    zh: '服务合同还在用这个日历，先改合同时限。',
    en: 'A contract still counts by this calendar. Change the contract first.',
  },
  namedByPolicy: {
    zh: '通知策略还在用这个接收人，先改策略。',
    en: 'A policy still names this recipient. Change the policy first.',
  },
  hasShifts: {
    zh: '这个接收人还有未结束的班次，先改排班。',
    en: 'This recipient still has shifts to come. Change the shifts first.',
  },
  rolledBack: { zh: '这次改动已经撤回。', en: 'This change has been taken back already.' },
  isRollback: { zh: '这是一次撤回，不能再撤回；请重新导入。', en: 'This is a rollback and cannot be taken back. Import again.' },
  outOfReach: { zh: '其中有不在您区域内的设备。', en: 'Some of its devices are not in your areas.' },
  confirmed: { zh: '这条建议已经确认。', en: 'This suggestion is confirmed already.' },
  rejected: { zh: '这条建议已经否决。', en: 'This suggestion is rejected already.' },
  notFailed: { zh: '这条通知没有失败，无需重发。', en: 'This message did not fail. There is nothing to send again.' },
  cleared: { zh: '预警已恢复，不再重发。', en: 'The alarm is over. The message is not sent again.' },
  acknowledged: { zh: '预警已有人接手，不再重发。', en: 'Somebody has taken the alarm. The message is not sent again.' },
};

const isKnown = (why: string): why is Known => Object.hasOwn(known, why);

/** A code that has no sentence of its own is told as it is. */
export function refusalWords(why: string): Words {
  if (isKnown(why)) return known[why];
  return (
    incidentRefusalWords(why) ?? {
      zh: `当前状态下不能这样做（${why}）。`,
      en: `That is not possible in its present state (${why}).`,
    }
  );
}

export const knownRefusals: readonly Words[] = Object.values(known);
