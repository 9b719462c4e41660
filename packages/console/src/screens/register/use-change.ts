import type { EndpointName, ResponseOf } from '@cardwatch/contracts/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Client } from '../../api/client.ts';
import { registerChanged } from '../../api/register-queries.ts';
import { useConsole } from '../../console.tsx';

interface Acting {
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** One change of the register, under one key for as long as its dialog stands; afterwards every list of it is asked for again. */
export function useChange<K extends EndpointName>(
  act: (client: Client, acting: Acting) => Promise<ResponseOf<K>>,
  done: (answer: ResponseOf<K>) => void,
) {
  const { client, newId } = useConsole();
  const cache = useQueryClient();
  const [idempotencyKey] = useState(newId);
  return useMutation({
    mutationFn: (reason: string) => act(client, { reason, idempotencyKey }),
    onSuccess: async (answer) => {
      await Promise.all(registerChanged.map((queryKey) => cache.invalidateQueries({ queryKey })));
      done(answer);
    },
  });
}
