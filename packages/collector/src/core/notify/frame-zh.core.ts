/** 消息的框架文字。 */
import type { Frame } from './frame.core.ts';

const about = (estimated: boolean): string => (estimated ? '约' : '');

export const frameZh: Frame = {
  level: { 1: '一级预警', 2: '二级预警', 3: '三级预警' },
  reason: {
    raised: '新预警',
    levelRaised: '级别上升',
    reminder: '未受理提醒',
    escalated: '升级通知',
    cleared: '已恢复',
    digest: '预警汇总',
    storm: '预警风暴',
    flapping: '反复波动',
    test: '通道测试',
  },
  records: (count, estimated) => `${about(estimated)}${count}笔未上传`,
  yuan: (amount, estimated) => `${about(estimated)}${amount}元`,
  oldest: (time) => `最早一笔：${time}`,
  place: (place) => `地点：${place}`,
  since: (time) => `开始：${time}`,
  clearedAt: (time, minutes) => `恢复：${time}，历时${minutes}分钟`,
  devices: (names, more) => `设备：${names.join('、')}${more > 0 ? `，另有${more}台` : ''}`,
  symptoms: (count) => `关联预警：${count}条`,
  digest: (raised, cleared) => `新增${raised}条，恢复${cleared}条`,
  line: (what, title) => `${what === 'raised' ? '●' : '○ 已恢复'} ${title}`,
  moreLines: (count) => `……另有${count}条，见列表`,
  storm: (total, active, groups) => `预警集中爆发：共${total}条，未恢复${active}条（${groups}）`,
  group: (name, count) => `${name} ${count}条`,
  reference: (id) => `编号 #${id}`,
};
