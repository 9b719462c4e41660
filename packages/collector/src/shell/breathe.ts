/** Lets sockets and timers run before going on. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
