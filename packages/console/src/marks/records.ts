import type { RecordDto } from '@cardwatch/contracts/api';

export type RecordKind = RecordDto['kind'];

export const recordKinds = [
  'consume',
  'waterHold',
  'waterContinue',
  'waterRelease',
  'recharge',
  'transferIn',
  'transferOut',
  'subsidy',
  'refund',
  'reversal',
  'correction',
  'fee',
  'grey',
] as const satisfies readonly RecordKind[];
