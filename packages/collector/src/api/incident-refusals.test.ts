import { expect, test } from 'vitest';
import { refusalWords } from './refusal-words.core.ts';

test.each([
  ['illegalMove', '当前状态下没有这一步。', 'There is no such step from its present state.'],
  ['missing:record.cause,owner', '还没有填写：原因、负责人。', 'Not filled in yet: cause, owner.'],
  ['endBlocked:backlog', '响应还不能结束：还有未上传的记录。', 'The response cannot end yet: records are still to come.'],
  ['rootCause:newFlaw', '根因分析还不完整：newFlaw。', 'The root cause is not complete yet: newFlaw.'],
  ['newCode', '当前状态下不能这样做（newCode）。', 'That is not possible in its present state (newCode).'],
])('%s', (why, zh, en) => {
  expect(refusalWords(why)).toEqual({ zh, en });
});
