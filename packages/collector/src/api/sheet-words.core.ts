/** Why a file is not read as a sheet. */
import type { ServiceFailure } from '../services/failure.ts';
import type { Words } from './words.core.ts';

type Failure = Extract<ServiceFailure, { readonly kind: 'sheet' }>;

const known: Readonly<Record<Failure['why'], (failure: Failure) => Words>> = {
  rows: ({ expected }) => ({
    zh: `行数超限（${expected}），请分次导入。`,
    en: `Too many rows (${expected}). Import it in parts.`,
  }),
  columns: ({ expected }) => ({ zh: `列数超限（${expected}）。`, en: `Too many columns (${expected}).` }),
  line: ({ expected }) => ({
    zh: `有一行超长（${expected} 个字符），请检查是否漏了引号。`,
    en: `A line is too long (${expected} characters). Perhaps a quote is missing.`,
  }),
  cell: ({ place, value, expected }) => ({
    zh: `${place} 行“${value}”列的内容过长（${expected} 个字符）。`,
    en: `Row ${place}, column "${value}": too long (${expected} characters).`,
  }),
  bomb: ({ expected }) => ({
    zh: `解压后超限（${expected}），已拒绝。`,
    en: `It unpacks to too much (${expected}) and was refused.`,
  }),
  encoding: ({ expected }) => ({
    zh: `文字编码无法识别，应为 ${expected}。`,
    en: `Its text encoding is not known. It must be ${expected}.`,
  }),
  empty: () => ({ zh: '文件里没有表头。', en: 'There is no header in the file.' }),
  unreadable: ({ expected, value }) => ({
    zh: `文件无法读取（${value}），应为 ${expected}。`,
    en: `The file cannot be read (${value}). It must be ${expected}.`,
  }),
  tooMuch: ({ expected }) => ({
    zh: `文件处理超过 ${expected} 或内存，请分次导入。`,
    en: `The file took more than ${expected} or its memory. Import it in parts.`,
  }),
};

export const sheetWords = (failure: Failure): Words => known[failure.why](failure);
