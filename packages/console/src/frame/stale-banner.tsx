import { useConnection, useNow } from '../console.tsx';
import { duration } from '../format/time.ts';
import { isStale } from '../live/connection.step.ts';
import { useLanguage, useWords } from '../words/words.tsx';

/** Says that the page is out of date, for how long, and that it is being mended; nothing while it is not. */
export function StaleBanner() {
  const t = useWords();
  const { language } = useLanguage();
  const connection = useConnection();
  const now = useNow(1_000);
  if (!isStale(connection, now)) return null;
  const since = connection.heardAt ?? connection.startedAt ?? now;
  return (
    <div className="stale" role="alert">
      {t('live.stale', { age: duration(now - since, language) })}
    </div>
  );
}
