import type { LiveSession } from '../../store/people/roles.ts';
import { hashSecret } from '../secret.ts';
import type { Services } from '../services.ts';
import { sessionDefaults } from './limits.ts';

/** The session of a cookie while it lives; null once it is unknown, idle for too long, over, or its person disabled. `use` counts as a sign of life. */
export async function resumeSession(services: Services, secret: string, use: boolean): Promise<LiveSession | null> {
  if (secret.length !== 43) return null;
  const now = services.clock.now();
  const session = await services.people.session(hashSecret(secret));
  if (session === null || !isLive(services, session)) return null;
  if (!use || now - session.lastUsedAt < sessionDefaults.touchMs) return session;
  await services.people.touchSession(session.idHash, now);
  return { ...session, lastUsedAt: now };
}

function isLive({ clock, sessions }: Services, session: LiveSession): boolean {
  const now = clock.now();
  return now < session.expiresAt && now - session.lastUsedAt < sessions.idleMs;
}
