import { type QueryKey, useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useConsole } from '../console.tsx';

interface Acting<T, A> {
  /** `key`: made when the dialog opened, another one once it is done. */
  readonly act: (asked: A, key: string) => Promise<T>;
  /** What was asked for under these keys is asked for again. */
  readonly changes: readonly QueryKey[];
  /** Said when it is done; left out, the list says it. */
  readonly said?: string;
  readonly after?: (answer: T) => void;
}

/** One act of a person: done at most once, said, and the lists that it changed read again. */
export function useAct<T, A = void>({ act, changes, said, after }: Acting<T, A>): UseMutationResult<T, Error, A> {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const { newId } = useConsole();
  const [key, setKey] = useState(newId);
  return useMutation({
    mutationFn: (asked: A) => act(asked, key),
    onSuccess: async (answer) => {
      setKey(newId());
      await Promise.all(changes.map((queryKey) => cache.invalidateQueries({ queryKey })));
      if (said !== undefined) void message.success(said);
      after?.(answer);
    },
  });
}
