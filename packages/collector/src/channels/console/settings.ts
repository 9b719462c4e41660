import { z } from 'zod';

/** The console has nothing to set: who is signed in sees it. */
export const ConsoleSettings = z.strictObject({});
export type ConsoleSettings = z.infer<typeof ConsoleSettings>;
