import type { Scope } from '@cardwatch/contracts/api';
import { useWords } from '../words/words.tsx';
import type { Place } from './places.ts';
import { useSession } from './use-session.ts';

/** Which right this person's role lacks. */
export function NoRight({ scope }: { readonly scope: Scope }) {
  const t = useWords();
  const role = useSession()?.role;
  return (
    <div className="failure" role="alert">
      <span>{role !== undefined && t('noRight.text', { role: t(`role.${role}`), name: t(`scope.${scope}`), scope })}</span>
    </div>
  );
}

/** A screen that this person may not open: said at once, instead of questions that are all refused. */
export function NoRightPage({ place: { word, scope } }: { readonly place: Place }) {
  const t = useWords();
  return (
    <div className="page">
      <h1>{t(word)}</h1>
      <NoRight scope={scope} />
    </div>
  );
}
