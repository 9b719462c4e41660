import { answerTo } from '../api/words.core.ts';
import type { ServiceFailure } from '../services/failure.ts';
import type { KeysFailure } from '../shell/keys-file.ts';
import { both } from './words.ts';

/** A verb's failure in both languages, with place, value and expectation. */
export function failureWords(failure: ServiceFailure): string {
  const { zh, en } = answerTo(failure).words;
  const facts = ['place', 'value', 'expected'].flatMap((name) =>
    name in failure ? [`${name}: ${String(Reflect.get(failure, name))}`] : [],
  );
  return [both(zh, en), ...facts].join('\n');
}

export const keysWords = (failure: KeysFailure): string =>
  failure.kind === 'locked'
    ? both(
        `另一个命令正在写密钥文件（${failure.file}），请稍后再试。`,
        `Another command is writing the keys (${failure.file}). Try again shortly.`,
      )
    : both(
        `密钥文件 ${failure.file} 损坏（${failure.detail}），请从备份恢复；不要删除，封存的数据靠它打开。`,
        `The keys file ${failure.file} is damaged (${failure.detail}). Restore it from a backup; do not delete it, sealed data need it.`,
      );
