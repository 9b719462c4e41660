import { Button } from 'antd';
import { failureOf } from '../api/failure.ts';
import type { Say } from '../words/say.ts';
import { useWords } from '../words/words.tsx';

/** What happened and what to do, in one sentence; and the id to quote when there is one. */
export function failureText(error: unknown, t: Say): { readonly text: string; readonly requestId: string | undefined } {
  const failure = failureOf(error);
  if (failure.kind === 'refused') return { text: failure.body.message, requestId: failure.body.requestId };
  if (failure.kind === 'unreachable') return { text: t('failure.unreachable'), requestId: undefined };
  return { text: t('failure.malformed', { status: failure.status }), requestId: undefined };
}

export function FailureNote({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const t = useWords();
  const { text, requestId } = failureText(error, t);
  return (
    <div className="failure" role="alert">
      <span>{text}</span>
      {requestId !== undefined && <span className="meta">{t('failure.requestId', { id: requestId })}</span>}
      {retry !== undefined && (
        <Button size="small" onClick={retry}>
          {t('action.retry')}
        </Button>
      )}
    </div>
  );
}
