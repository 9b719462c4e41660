/** Ends the program with a message for the person who started it. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Resolves at SIGINT or SIGTERM. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
