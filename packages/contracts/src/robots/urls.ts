/** Where the vendors take messages for their robots. A room of its own: settings load nothing else. */
export const wecomUrl = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send';
export const dingtalkUrl = 'https://oapi.dingtalk.com/robot/send';
export const feishuUrl = 'https://open.feishu.cn/open-apis/bot/v2/hook';
