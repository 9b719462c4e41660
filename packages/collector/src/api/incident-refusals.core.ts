/** Why an incident refused, by the code before the colon; what follows it names fields or conditions. */
import type { Words } from './words.core.ts';

type Code =
  | 'illegalMove'
  | 'missing'
  | 'endBlocked'
  | 'rootCause'
  | 'reasonMissing'
  | 'inAnotherIncident'
  | 'alreadyMarked'
  | 'same'
  | 'notOpen'
  | 'sameLevel'
  | 'noEffect'
  | 'tooShort'
  | 'notBetter'
  | 'inFuture'
  | 'notInIt'
  | 'nothingLeft'
  | 'frozen'
  | 'noEmergency';

const sentences: Readonly<Record<Code, Words>> = {
  illegalMove: { zh: '当前状态下没有这一步。', en: 'There is no such step from its present state.' },
  missing: { zh: '还没有填写：{what}。', en: 'Not filled in yet: {what}.' },
  endBlocked: { zh: '响应还不能结束：{what}。', en: 'The response cannot end yet: {what}.' },
  rootCause: { zh: '根因分析还不完整：{what}。', en: 'The root cause is not complete yet: {what}.' },
  reasonMissing: { zh: '请写明理由。', en: 'A reason is needed.' },
  inAnotherIncident: { zh: '其中有预警已属于别的故障单。', en: 'One of the alarms belongs to another incident.' },
  alreadyMarked: { zh: '这一时刻已经记录过。', en: 'This moment has been recorded already.' },
  same: { zh: '不能与自己合并。', en: 'It cannot be merged with itself.' },
  notOpen: {
    zh: '故障单要未恢复才能合并、拆分或改级别。',
    en: 'Incidents must be unrestored to be merged, split or given another level.',
  },
  sameLevel: { zh: '已经是这一级别。', en: 'It is of this level already.' },
  noEffect: { zh: '没有写明整改前后的指标。', en: 'There is no measure before and after.' },
  tooShort: { zh: '整改效果要观察至少 14 天。', en: 'The effect must be watched for at least 14 days.' },
  notBetter: { zh: '指标没有改善，不能算已验证。', en: 'The measure is not better. It is not verified.' },
  inFuture: { zh: '检查时间还没有到。', en: 'The time of the check is yet to come.' },
  notInIt: { zh: '其中有预警不属于这张故障单。', en: 'One of the alarms is not in this incident.' },
  frozen: {
    zh: '重要活动保障期间封网，还差 {what} 人批准，或写明正在处理的一级故障单号。',
    en: 'An important event freezes changes here: {what} more must approve, or name a running level-1 incident.',
  },
  noEmergency: {
    zh: '没有涉及此设备、正在处理的这张一级故障单。',
    en: 'There is no such running level-1 incident of this device.',
  },
  nothingLeft: { zh: '至少要留下一条预警。', en: 'At least one alarm must stay.' },
};

const terms: Readonly<Record<string, Words>> = {
  owner: { zh: '负责人', en: 'owner' },
  note: { zh: '说明', en: 'note' },
  holdReason: { zh: '挂起原因', en: 'reason of the hold' },
  mergedInto: { zh: '并入的故障单', en: 'incident to merge into' },
  rootCause: { zh: '根因', en: 'root cause' },
  'record.time': { zh: '时间', en: 'time' },
  'record.place': { zh: '地点', en: 'place' },
  'record.symptom': { zh: '现象', en: 'symptom' },
  'record.cause': { zh: '原因', en: 'cause' },
  'record.handling': { zh: '处理', en: 'handling' },
  'record.result': { zh: '结果', en: 'result' },
  notHealthy: { zh: '设备或预警未恢复', en: 'a device or an alarm is not well' },
  notLongEnough: { zh: '恢复时间不够长', en: 'not well for long enough' },
  backlog: { zh: '还有未上传的记录', en: 'records are still to come' },
  notReconciled: { zh: '有设备问不到，无法核对', en: 'a device cannot be asked' },
  unexplainedDifference: { zh: '有记录缺失', en: 'records are missing' },
  tooFewWhys: { zh: '至少三个为什么', en: 'at least three whys' },
  chainBroken: { zh: '为什么重复', en: 'a why asked twice' },
  noEvidence: { zh: '没有证据', en: 'no evidence' },
  tooFewBones: { zh: '鱼骨至少三条', en: 'at least three bones' },
  tooFewCategories: { zh: '鱼骨至少两类', en: 'at least two categories' },
  indirectMissing: { zh: '间接原因', en: 'indirect cause' },
};

/** Null: no code of an incident. A condition without a word is shown by its code. */
export function incidentRefusalWords(why: string): Words | null {
  const [code = '', list = ''] = why.split(':');
  if (!Object.hasOwn(sentences, code)) return null;
  const { zh, en } = sentences[code as Code];
  const named = list.split(',').map((one) => terms[one] ?? { zh: one, en: one });
  return {
    zh: zh.replace('{what}', named.map((one) => one.zh).join('、')),
    en: en.replace('{what}', named.map((one) => one.en).join(', ')),
  };
}
