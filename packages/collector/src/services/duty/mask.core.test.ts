import { expect, test } from 'vitest';
import { maskAddress } from './mask.core.ts';

test.each([
  ['13812345678', '138****5678'],
  ['+8613812345678', '+86****5678'],
  ['li.wei@example.edu.cn', 'l****@example.edu.cn'],
  ['https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6', 'https://qyapi.weixin.qq.com/****'],
  ['https://user:secret@hook.example/a', 'https://hook.example/****'],
  ['693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa', '69****'],
  ['liwei', 'l****'],
  ['abc', '****'],
])('%s is shown as %s', (address, masked) => {
  expect(maskAddress(address)).toBe(masked);
});
