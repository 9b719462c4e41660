/** Title and text of each rule in Chinese. Gaps: see `alarm-words.ts`. */
import type { AlarmWords } from './alarm-words.ts';

export const alarmRulesZh: AlarmWords['rules'] = {
  deviceOffline: { title: '{name} 离线', text: '{name}（{area}）已离线 {minutes}，原因：{cause}。' },
  agentLost: { title: '采集代理 {name} 失联', text: '采集代理 {name} 已失联 {minutes}，其下 {count} 台设备状态未知。' },
  upstreamDown: {
    title: '{name} 不通，影响 {count} 台设备',
    text: '网络设备 {name}（{area}）已不通 {minutes}，{count} 台在用设备没有其他通路。原因：{cause}。',
  },
  probableUpstream: {
    title: '{name} 疑似上联故障',
    text: '{name} 的 {total} 台设备中有 {count} 台（{pct} %）同时不通，已 {minutes}，拓扑中没有已知原因，疑似上联或供电故障。',
  },
  areaDegraded: {
    title: '{area} {what}大面积不可用',
    text: '{area}：{what} {of} 台中 {count} 台不可用，占 {value}，阈值 {expected}。',
  },
  campusSilent: {
    title: '校区 {name} 全部失去联系',
    text: '校区 {name} 的 {count} 台设备全部离线或未知，涉及 {agents} 个采集代理。',
  },
  authFailed: { title: '{name} 拒绝密码', text: '{name}（{area}）拒绝采集所用的密码，设备并未离线。请核对凭据。' },
  identityChanged: {
    title: '{name} 的地址上是另一台设备',
    text: '在 {name}（{area}）的地址上应答的是另一台设备，已停止采集以免记录混淆。',
  },
  busErrors: {
    title: '总线 {name} 通信差错率 {value}',
    text: '总线 {name}：{what}，差错率下限 {value}（{of} 次请求中 {count} 次出错）。',
  },
  busMoisture: {
    title: '总线 {name} 疑似受潮',
    text: '总线 {name} 的 {of} 台控制器中有 {count} 台先后失去应答，其余正常，疑似接线受潮。',
  },
  clockDrift: { title: '{name} 时钟偏差 {value}', text: '{name}（{area}）时钟偏差 {value}（{what}），阈值 {expected}。' },
  blacklistLag: {
    title: '{name} 黑名单落后 {count} 版',
    text: '{name}（{area}）黑名单为第 {value} 版，已发布第 {expected} 版，落后 {minutes}。挂失卡在此机仍可能消费。',
  },
  parameterLag: {
    title: '{name} 参数落后 {count} 版',
    text: '{name}（{area}）参数为第 {value} 版，应为第 {expected} 版，落后 {minutes}。',
  },
  storeNearlyFull: {
    title: '{name} 存储将满',
    text: '{name}（{area}）存储将满：{value}（小时为预计写满，百分比为已占用），未采集 {count} 笔。写满后终端将停用或覆盖流水。',
  },
  offlineSelling: {
    title: '{name} 脱机消费中',
    text: '{name}（{area}）已脱机 {minutes}，仍在消费；估计 {count} 笔、{value} 待上传。',
  },
  backlog: { title: '{name} 积压 {count} 笔流水', text: '{name} 积压 {count} 笔流水未入账，最早一笔已等待 {minutes}。' },
  agentDisk: { title: '采集代理 {name} 磁盘仅剩 {value}', text: '采集代理 {name} 的磁盘仅剩 {value}。' },
  agentStorage: { title: '采集代理 {name} 流水日志：{value}', text: '采集代理 {name} 的流水日志：{value}。' },
  duplicateIdentity: { title: '采集代理 {name} 身份重复', text: '有两个在线的采集代理使用同一身份 {name}，请停用其中之一。' },
  recordGap: {
    title: '{name} 缺 {count} 笔流水',
    text: '{name}（{area}）有 {count} 笔流水号从未采集到，已 {minutes}，估计 {value}。请补采。',
  },
  deadLetters: { title: '{name} 有 {count} 笔流水待人工处理', text: '{name} 有 {count} 笔流水无法自动入账，等待人工处理。' },
  doorHeld: { title: '{name} 长时间未关', text: '{name}（{area}）已敞开 {minutes}。' },
  doorForced: { title: '{name} 强行开门', text: '{name}（{area}）：{what}，{count} 次。' },
  doorTamper: { title: '{name} 防拆报警', text: '{name}（{area}）外壳被打开，已 {minutes}。' },
  fireInput: { title: '{name} 消防联动：{what}', text: '{name}（{area}）消防联动输入已 {minutes}：{what}。' },
  denyRatio: {
    title: '{name} 拒绝率 {value}',
    text: '{name}（{area}）近 {minutes} 内 {of} 次通行中拒绝 {count} 次，拒绝率下限 {value}，阈值 {expected}。',
  },
  gateSilent: { title: '{area} 高峰无人通行', text: '{area} 已 {minutes} 无人通行，同期应约 {expected} 人次。' },
  leak: { title: '{name} 疑似漏水', text: '{name}（{area}）无人用水而流量为 {value}，阈值 {expected}。' },
  valveStuck: { title: '{name} 阀门卡住', text: '{name}（{area}）阀门状态与指令不符：{what}。' },
  unrefunded: {
    title: '{name} 未回刷比例 {value}',
    text: '总线 {name} 当日 {of} 次用水中 {count} 次未回刷，比例下限 {value}。',
  },
  meterBackwards: { title: '{name} 读数倒退', text: '{name}（{area}）读数为 {value}，曾为 {expected}。' },
  longSession: { title: '{name} 用水时间过长', text: '{name}（{area}）一次用水已 {minutes}，尚未结束。' },
  amountHigh: {
    title: '{name} 单笔金额偏高 {value}',
    text: '{name}（{area}）单笔 {value}，参考上限 {expected}，卡尾号 {tail}，一小时内 {count} 笔。',
  },
  amountZero: {
    title: '{name} 零额或极小额消费',
    text: '{name}（{area}）{minutes} 内有 {count} 笔低于 {expected} 的消费，最近一笔 {value}。',
  },
  amountPattern: { title: '{name} 金额雷同', text: '{name}（{area}）近期消费中 {count} 笔均为 {value}，占 {share} %。' },
  frequencyTerminal: {
    title: '{name} 同卡短时多次消费',
    text: '同一张卡在 {name}（{area}）{minutes} 内消费 {count} 次，阈值 {expected}。',
  },
  frequencyCard: {
    title: '卡 {name} 消费过频',
    text: '卡 {name} 在 {minutes} 内消费 {count} 次，达到 {value}，阈值 {expected}。',
  },
  doubleCharge: {
    title: '{name} 疑似重复扣款 {value}',
    text: '{name}（{area}）同卡同额 {value} 连续扣款，卡尾号 {tail}，一小时内 {count} 起。',
  },
  impossibleSequence: {
    title: '卡 {name} 轨迹不可能',
    text: '卡 {name} 在 {value} 内由 {from} 到 {to}，共 {count} 次，疑似复制卡或时钟错误。',
  },
  offHours: { title: '{name} 非营业时间消费', text: '{name}（{area}）在非营业时间有 {count} 笔消费，共 {value}。' },
  soldWhileClosed: { title: '{name} 停用期间消费', text: '{name}（{area}）处于停用或维护，却有 {count} 笔消费，共 {value}。' },
  terminalSilent: {
    title: '{name} 营业时段无消费',
    text: '{name}（{area}）在线，但 {minutes} 无消费，同期应约 {expected}，周围终端正常。',
  },
  areaSilent: { title: '{area} 营业时段无消费', text: '{area} 已 {minutes} 无消费，同期应约 {expected}。' },
  salesDeviation: { title: '{name} 营业额异常', text: '{name} 近 {minutes} 营业额 {value}，往常约 {expected}。' },
  offlineRatio: {
    title: '{name} 脱机交易占 {value}',
    text: '{name}（{area}）近 {minutes} 内脱机交易 {count} 笔，占 {value}，阈值 {expected}。',
  },
  greyRecords: {
    title: '{name} 灰记录 {count} 笔',
    text: '{name}（{area}）{minutes} 内灰记录 {count} 笔（{value}），阈值 {expected}。',
  },
  tacInvalid: {
    title: '{name} TAC 校验失败',
    text: '{name}（{area}）有 {count} 笔流水 TAC 校验失败，最近一笔 {value}，卡尾号 {tail}。',
  },
  negativeBalance: {
    title: '{name} 余额为负 {value}',
    text: '{name}：交易后余额 {value}，允许下限 {expected}，卡尾号 {tail}。',
  },
  chainGap: {
    title: '卡 {name} 交易次数不连续',
    text: '卡 {name} 的交易次数缺 {count} 次，{direction} {value}，已 {minutes}。',
  },
  chainFork: {
    title: '卡 {name} 余额链分叉',
    text: '卡 {name} 的第 {count} 次交易有两笔不同记录：{value} 与 {expected}，疑似复制卡。',
  },
  recordClock: { title: '{name} 流水时间错误', text: '{name}（{area}）有 {count} 笔流水的时间与采集时间相差 {value}。' },
  collectorHealth: { title: '采集中心异常：{what}', text: '采集中心：{what}，{value}。' },
  refusals: {
    title: '{name} 被拒 {count} 次：{what}',
    text: '{minutes}内拒绝了 {count} 次连接、消息或请求，共 {of} 个来源，最多的是 {name}（{what}）。请核对其配置与密钥，并查看审计日志。',
  },
  testAlarm: { title: '每日测试预警', text: '这是每日测试预警，用于证明通知可达，无需处置，不计入统计。' },
  totalsDiffer: {
    title: '{name} 终端批总额与已采集不符',
    text: '{name}（{area}）的批总额与已采集流水合计不符，已 {minutes}：{detail}。请核对并补采。',
  },
  relayNotKept: {
    title: '{name} 有交易未能留存',
    text: '{name}（{area}）转发的交易未能写入流水日志，已 {minutes}：{detail}。请核对该时段流水。',
  },
  upsAlarm: {
    title: '不间断电源 {name}：{what}',
    text: '不间断电源 {name}（{area}）：{what}，已 {minutes}。其后设备靠电池供电，电池耗尽后将全部断电。',
  },
  powerLost: { title: '{name} 断电：{what}', text: '{name}（{area}）自报{what}，已 {minutes}。' },
  batteryLow: { title: '{name} 电池电量低', text: '{name}（{area}）自报电池电量低，已 {minutes}，请更换电池。' },
  supplyLow: { title: '{name} 供电电压低', text: '{name}（{area}）自报供电电压低，已 {minutes}，阀门可能动作不到位。' },
  readerOffline: { title: '{name} 读卡器脱落', text: '{name}（{area}）的读卡器不通，已 {minutes}，该通道无法刷卡。' },
  cameraFault: {
    title: '{name} 摄像头故障',
    text: '{name}（{area}）的摄像头故障，已 {minutes}，人脸识别不可用，请使用刷卡或二维码。',
  },
  hardwareFault: { title: '{name} 部件故障：{what}', text: '{name}（{area}）部件故障：{what}，已 {minutes}。' },
  networkLost: { title: '{name} 自报断网', text: '{name}（{area}）自报曾与网络断开，已 {minutes}。' },
  portDown: { title: '{name} 有 {count} 个端口不通', text: '交换机 {name}（{area}）端口 {ports} 不通，已 {minutes}。' },
  poeFault: {
    title: '{name} 有 {count} 个端口供电故障',
    text: '交换机 {name}（{area}）端口 {ports} 供电（PoE）故障，已 {minutes}，所接设备将断电。',
  },
  deviceRestarted: { title: '{name} 自行重启', text: '{name}（{area}）{minutes}前重启，共 {count} 次（{what}）。' },
  intrusion: { title: '{name} 有人{what}', text: '{name}（{area}）：有人{what}，{count} 次，最早在 {minutes}前。' },
  passMisuse: { title: '{name} 违规通行：{what}', text: '{name}（{area}）违规通行：{what}，{count} 次。' },
  foreignShell: {
    title: '{name} 被其他程序下发命令',
    text: '有其他程序向 {name}（{area}）下发系统命令，{count} 次，请立即核查该设备的管理口与密码。',
  },
  eventsUnread: {
    title: '{name} 有读不懂的事件',
    text: '{name}（{area}）上报了 {count} 条无法解读的事件（{what}），原文已留存，请更新设备型号文件。',
  },
  otherAlarm: { title: '{name} 自报：{what}', text: '{name}（{area}）自报预警 {what}，已 {minutes}。本版本没有专门的规则。' },
  configRefused: { title: '采集代理 {name} 拒绝了新配置', text: '采集代理 {name} 拒绝了新配置，仍按原配置工作：{detail}。' },
  agentClockJump: {
    title: '采集代理 {name} 时钟跳变 {value}',
    text: '采集代理 {name} 的时钟跳变 {value}，{count} 次，其间的记录时间请核对。',
  },
  healthDropped: {
    title: '采集代理 {name} 丢弃了 {count} 条状态数据',
    text: '采集代理 {name} 空间不足，丢弃了 {count} 条状态数据；流水不受影响。',
  },
};
