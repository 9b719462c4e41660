import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useWords } from '../words/words.tsx';
import { FailureNote } from './failure.tsx';

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const t = useWords();
  const router = useRouter();
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="page">
      <h1>{t('failure.title')}</h1>
      <FailureNote error={error} retry={again} />
    </div>
  );
}
