import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useConsole } from '../../console.tsx';
import { useSession } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';

export interface Person {
  readonly account: string;
  readonly name: string;
}

/** Who can have an incident: recipients with an account, and who is signed in. */
export function usePeople(): readonly Person[] {
  const { queries } = useConsole();
  const session = useSession();
  const recipients = useQuery(queries.incidentRecipients()).data?.items;
  return useMemo(() => {
    const known = new Map(
      (recipients ?? []).flatMap(({ user, displayName }) => (user === null ? [] : [[user, displayName] as const])),
    );
    if (session !== undefined) known.set(session.name, session.displayName);
    return [...known].map(([account, name]) => ({ account, name }));
  }, [recipients, session]);
}

/** What a person or a recipient is called; an account that nobody told a name of stands as it is. */
export function useNames(): (account: string) => string {
  const t = useWords();
  const { queries } = useConsole();
  const people = usePeople();
  const recipients = useQuery(queries.incidentRecipients()).data?.items;
  return useCallback(
    (account) => {
      if (account === 'watch') return t('incident.watch');
      const person = people.find((one) => one.account === account);
      return person?.name ?? recipients?.find(({ recipientId }) => recipientId === account)?.displayName ?? account;
    },
    [people, recipients, t],
  );
}
