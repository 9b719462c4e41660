import type { ServiceFailure } from '../services/failure.ts';
import { faultWords } from './fault-words.core.ts';
import { refusalWords } from './refusal-words.core.ts';
import { sheetWords } from './sheet-words.core.ts';

export type Language = 'zh' | 'en';
export type Words = Readonly<Record<Language, string>>;

/** The language of `Accept-Language`: English when it is named before any Chinese, otherwise Chinese. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',')
    .slice(0, 16)
    .map((part) => {
      const [tag = '', ...rest] = part.trim().toLowerCase().split(';');
      const q = /^\s*q=([\d.]+)/.exec(rest.join(';'))?.[1];
      return { tag, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => (tag.startsWith('zh') || tag.startsWith('en')) && q > 0)
    .sort((a, b) => b.q - a.q);
  return wanted[0]?.tag.startsWith('en') === true ? 'en' : 'zh';
}

export interface Answer {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly words: Words;
}

const mediaWords = (types: readonly string[]): Words => ({
  zh: `请求体须为 ${types.join(' 或 ')}。`,
  en: `The body must be ${types.join(' or ')}.`,
});

const minutes = (seconds: number): string => (seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`);

/** Status and words of each failure: what happened and what to do. */
export function answerTo(failure: ServiceFailure): Answer {
  switch (failure.kind) {
    case 'signInNeeded':
      return {
        status: 401,
        words: { zh: '未登录或登录已过期，请重新登录。', en: 'Not signed in, or the session has ended. Sign in again.' },
      };
    case 'badCredentials':
      return { status: 401, words: { zh: '账号或密码不对。', en: 'Wrong name or password.' } };
    case 'forbidden':
      return {
        status: 403,
        words: {
          zh: `当前账号没有“${failure.scope}”权限，请找系统管理员。`,
          en: `This account lacks the scope "${failure.scope}". Ask an administrator.`,
        },
      };
    case 'crossSite':
      return {
        status: 403,
        words:
          failure.reason === 'origin'
            ? { zh: '请求来源与本站不符，已拒绝。', en: 'The request came from another origin and was refused.' }
            : { zh: '缺少或不符的 X-Cardwatch-Csrf，请刷新页面。', en: 'X-Cardwatch-Csrf is missing or wrong. Reload the page.' },
      };
    case 'notFound':
      return { status: 404, words: { zh: '没有找到。请核对编号。', en: 'Not found. Check the id.' } };
    case 'invalid':
      return {
        status: 400,
        words:
          failure.why === undefined
            ? { zh: `“${failure.place}”的值不合要求。`, en: `The value of "${failure.place}" is not accepted.` }
            : faultWords(failure.why, failure.value ?? ''),
      };
    default:
      return answerToLimits(failure);
  }
}

type Handled = 'signInNeeded' | 'badCredentials' | 'forbidden' | 'crossSite' | 'notFound' | 'invalid';
type LimitFailure = Exclude<ServiceFailure, { kind: Handled }>;

function answerToLimits(failure: LimitFailure): Answer {
  switch (failure.kind) {
    case 'cursor':
      return {
        status: 400,
        words: { zh: '翻页标记无效，请从第一页开始。', en: 'The cursor is not valid here. Start from the first page.' },
      };
    case 'tooBroad':
      return {
        status: 422,
        words: {
          zh: `查询超过 ${failure.limitMs} ms，请缩小时间范围或加上设备。`,
          en: `The query took longer than ${failure.limitMs} ms. Narrow the time range or name a device.`,
        },
      };
    case 'locked':
      return {
        status: 429,
        words: {
          zh: `尝试次数过多，请在 ${minutes(failure.retryAfterS)} 后再试。`,
          en: `Too many attempts. Try again in ${minutes(failure.retryAfterS)}.`,
        },
      };
    case 'quota':
      return {
        status: 429,
        words: {
          zh: `一小时内最多 ${failure.limit} 次，请稍后再试。`,
          en: `At most ${failure.limit} an hour. Try again later.`,
        },
      };
    case 'busy':
      return { status: 503, words: { zh: '正忙，请稍后重试。', en: 'Busy. Try again shortly.' } };
    default:
      return answerToState(failure);
  }
}

type StateFailure = Exclude<LimitFailure, { kind: 'cursor' | 'tooBroad' | 'locked' | 'quota' | 'busy' }>;

function answerToState(failure: StateFailure): Answer {
  switch (failure.kind) {
    case 'exists':
      return { status: 409, words: { zh: '同名账号已存在，请换一个。', en: 'That name is taken. Choose another.' } };
    case 'full':
      return { status: 409, words: { zh: `已达上限 ${failure.limit}。`, en: `The limit of ${failure.limit} is reached.` } };
    case 'setupClosed':
      return { status: 409, words: { zh: '初始设置已完成，请直接登录。', en: 'Set-up is done. Sign in.' } };
    case 'setupCode':
      return {
        status: 403,
        words: {
          zh: '设置码不对、已用完或已过期。重启采集中心会打印新的设置码。',
          en: 'The set-up code is wrong, used up or too old. A restart of the collector prints a new one.',
        },
      };
    case 'sealed':
      return {
        status: 422,
        words:
          failure.reason === 'noKey'
            ? {
                zh: '没有这个站点的数据密钥，无法解封。',
                en: "There is no data key of this record's site here; it cannot be opened.",
              }
            : { zh: '密文校验不通过，无法解封。', en: 'The sealed text does not verify; it cannot be opened.' },
      };
    case 'tooLarge':
      return {
        status: 413,
        words: { zh: `请求超过 ${failure.limitBytes} 字节。`, en: `The request is over ${failure.limitBytes} bytes.` },
      };
    case 'mediaType':
      return { status: 415, words: mediaWords(failure.types ?? ['application/json']) };
    case 'sheet':
      return { status: 422, words: sheetWords(failure) };
    default:
      return answerToAccount(failure);
  }
}

type AccountFailure = Exclude<
  StateFailure,
  { kind: 'exists' | 'full' | 'setupClosed' | 'setupCode' | 'sealed' | 'tooLarge' | 'mediaType' | 'sheet' }
>;

function answerToAccount(failure: AccountFailure): Answer {
  switch (failure.kind) {
    case 'resetCode':
      return {
        status: 403,
        words: {
          zh: '登录名或一次性码不对，或一次性码已用完、已过期。请管理员重新生成。',
          en: 'The name or the one-time code is wrong, or the code is used up or too old. Ask an administrator for a new one.',
        },
      };
    case 'wrongPassword':
      return { status: 403, words: { zh: '当前密码不对。', en: 'The current password is wrong.' } };
    case 'lastAdmin':
      return {
        status: 409,
        words: {
          zh: '这是最后一个可用的系统管理员，不能停用或重置。请先建立另一个管理员。',
          en: 'This is the last administrator who can sign in; it cannot be disabled or reset. Make another one first.',
        },
      };
    default:
      return answerToWatch(failure);
  }
}

type WatchFailure = Exclude<AccountFailure, { kind: 'resetCode' | 'wrongPassword' | 'lastAdmin' }>;

function answerToWatch(failure: WatchFailure): Answer {
  switch (failure.kind) {
    case 'watchDown':
      return {
        status: 503,
        words: {
          zh: '预警服务暂未运行，什么都没有改变，请稍后再试。',
          en: 'The watch does not run now; nothing was done. Try again shortly.',
        },
      };
    case 'refused':
      return { status: 409, words: refusalWords(failure.why) };
    case 'changedMeanwhile':
      return {
        status: 409,
        words: { zh: '内容已被别人改动，请刷新后再做。', en: 'Somebody else has changed it meanwhile. Reload and do it again.' },
      };
    case 'inTheWay':
      return {
        status: 409,
        words: {
          zh: `之后又有人改过这些行，先处理它们：${failure.value}。`,
          en: `These rows were changed since; see to them first: ${failure.value}.`,
        },
      };
    case 'keyUsed':
      return {
        status: 409,
        words: {
          zh: '这个 idempotencyKey 已用于别的操作，请换一个。',
          en: 'This idempotencyKey did something else already. Take another.',
        },
      };
    case 'link':
      return { status: 403, words: linkWords[failure.why] };
    default:
      return unworded(failure);
  }
}

const linkWords: Readonly<Record<'unknown' | 'used' | 'expired', Words>> = {
  unknown: { zh: '确认链接不对，请登录后确认。', en: 'This is no link of ours. Sign in to acknowledge.' },
  used: { zh: '确认链接已用过。', en: 'This link was used already.' },
  expired: { zh: '确认链接已过期，请登录后确认。', en: 'This link has run out. Sign in to acknowledge.' },
};

function unworded(failure: never): never {
  throw new Error(`unreachable: ${String(failure)}`);
}

export const bugAnswer: Answer = {
  status: 500,
  words: { zh: '采集中心内部错误，请把编号告诉维护人员。', en: 'An error inside the collector. Tell the maintainers the id.' },
};
