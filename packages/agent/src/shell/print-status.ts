import type { Lang } from '../config/words.ts';
import type { AgentStatus } from '../status/status.ts';
import { statusText } from '../status/text.ts';

const answerMs = 5_000;

/** Prints the status of a running agent; 1 when it does not answer. */
export async function printStatus(url: string, json: boolean, lang: Lang): Promise<number> {
  try {
    const response = await fetch(new URL('/status.json', url), { signal: AbortSignal.timeout(answerMs) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const text = await response.text();
    console.log(json ? text.trim() : statusText(JSON.parse(text) as AgentStatus, lang));
    return 0;
  } catch (error) {
    const detail = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    console.error(lang === 'zh' ? `${url} 没有应答：${detail}` : `${url} does not answer: ${detail}`);
    return 1;
  }
}
