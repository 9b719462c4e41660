/** Group robots of WeCom, DingTalk and Feishu: what is posted to them and what their answers mean. */
export { type RobotDetail, type RobotRefusal } from './answer.ts';
export { dingtalkPace, dingtalkPost, dingtalkVerdict, type DingtalkStyle } from './dingtalk.ts';
export { feishuPace, feishuPost, feishuVerdict, type FeishuStyle } from './feishu.ts';
export { type RobotAt, robotHeaders, type RobotLink, type RobotMessage, type RobotPost } from './robot.ts';
export { oneLine, plainLines } from './text.ts';
export { wecomPace, wecomPost, wecomVerdict, type WecomStyle } from './wecom.ts';
export { robotWords } from './words.ts';
export { dingtalkUrl, feishuUrl, wecomUrl } from './urls.ts';
