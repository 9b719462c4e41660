import type { Scope, SessionDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../console.tsx';

/** Who is signed in; undefined only for the moment of signing out. */
export function useSession(): SessionDto | undefined {
  const { queries } = useConsole();
  return useQuery({ ...queries.session(), enabled: false }).data;
}

export const useScopes = (): readonly Scope[] => useSession()?.scopes ?? [];
export const useMay = (scope: Scope): boolean => useScopes().includes(scope);
