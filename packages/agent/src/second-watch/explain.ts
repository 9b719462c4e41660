/** What `check` says about a configured second watch. */
import type { LoadedSecondWatch } from '../config/second-watch.ts';
import type { Telling } from './settings.ts';

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const wayOf = (telling: Telling): string =>
  telling.by === 'mail'
    ? `${telling.name} (mail ${telling.host}:${telling.port} → ${telling.to.join(', ')})`
    : `${telling.name} (${telling.by} ${new URL(telling.url).origin})`;

/** Nothing of a secret, and of addresses the host alone. */
export function explainSecondWatch({ settings, token }: LoadedSecondWatch, lang: 'zh' | 'en'): string {
  const { url, everyMs, failures, afterMs, againMs, degraded, tell } = settings;
  const ways = tell.map(wayOf);
  const { origin, pathname } = new URL(url);
  if (lang === 'zh')
    return [
      `看护收集服务器：每 ${seconds(everyMs)} 访问 ${origin}${pathname}，${token === undefined ? '无令牌，只看有无应答' : '带令牌，查看自报状态'}${degraded ? '，降级也算不正常' : ''}`,
      `  连续 ${failures} 次失败且满 ${seconds(afterMs)} 后通知；${againMs === 0 ? '不重报' : `仍失联每 ${seconds(againMs)} 重报`}；恢复时通知`,
      `  通知：${ways.join('；')}`,
    ].join('\n');
  return [
    `watches the collector: asks ${origin}${pathname} every ${seconds(everyMs)}, ${token === undefined ? 'without a token: an answer is enough' : 'with a token: its own word counts'}${degraded ? ', degraded counts as lost' : ''}`,
    `  tells after ${failures} bad checks in a row and ${seconds(afterMs)}; ${againMs === 0 ? 'not again' : `again every ${seconds(againMs)} while lost`}; and when it is back`,
    `  tells: ${ways.join('; ')}`,
  ].join('\n');
}
