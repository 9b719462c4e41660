import { healthCauseWords } from '@cardwatch/contracts/words/health';
import type { SecondWatchState, WhyCode } from './second-watch.step.ts';

export const whyWords: Readonly<Record<WhyCode, readonly [zh: string, en: string]>> = {
  unreachable: ['无法连接', 'no connection'],
  timeout: ['超时无应答', 'no answer in time'],
  untrusted: ['TLS 证书不受信任', 'its certificate is not trusted'],
  status: ['应答状态异常', 'it answers with an error status'],
  redirected: ['要求转向，不予跟随', 'it redirects, which is not followed'],
  notUnderstood: ['应答无法读懂', 'its answer is not understood'],
  degraded: ['自报降级', 'it says that it is degraded'],
  unauthorised: ['令牌被拒绝', 'it refuses the token'],
  watchStill: [healthCauseWords.watchStill.zh, healthCauseWords.watchStill.en],
  watchBehind: [healthCauseWords.watchBehind.zh, healthCauseWords.watchBehind.en],
};

export const conditionWords: Readonly<Record<SecondWatchState['condition'], readonly [zh: string, en: string]>> = {
  well: ['正常', 'well'],
  doubtful: ['存疑', 'in doubt'],
  lost: ['失联', 'lost'],
};
