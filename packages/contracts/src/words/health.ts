/** Why a collector calls itself degraded, for people. A room of its own: an agent at rest loads no other words. */
import type { HealthCause } from '../api/dto.ts';

export const healthCauseWords: Readonly<Record<HealthCause, { readonly zh: string; readonly en: string }>> = {
  agentLost: { zh: '有采集器失联', en: 'an agent is lost' },
  duplicateIdentity: { zh: '两个采集器用了同一身份', en: 'two agents use one identity' },
  brokerDown: { zh: '消息服务中断，采集器的数据暂时收不到', en: 'the message broker is away: nothing comes from the agents' },
  shed: { zh: '入库过载，已让采集器稍后重发', en: 'too much came at once, agents send again later' },
  throttled: { zh: '有连接因流量过大被限速', en: 'a connection is slowed down for its traffic' },
  eventQuota: { zh: '有采集器的事件超出每小时限额', en: 'events of an agent are beyond its hour' },
  deadLettersFull: {
    zh: '死信已满，部分数据留在采集器',
    en: 'there is no room for more dead letters; some data stay with their agent',
  },
  watchStill: { zh: '值守已停转，不产生告警和通知', en: 'the watch stands still: no alarms, no messages' },
  watchBehind: { zh: '值守落后于入库，告警和通知迟到', en: 'the watch is behind: alarms and messages come late' },
};
