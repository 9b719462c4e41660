import { Link } from '@tanstack/react-router';
import { useWords } from '../words/words.tsx';

export function NotFoundPage() {
  const t = useWords();
  return (
    <div className="page">
      <h1>{t('notFound.title')}</h1>
      <p>
        {t('notFound.text')} <Link to="/">{t('notFound.home')}</Link>
      </p>
    </div>
  );
}
