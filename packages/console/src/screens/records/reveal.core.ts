/** How long a card number stays on the screen. */
export const revealSeconds = 30;

/** Whole seconds that a number is still shown at `now`; 0: it is to go. */
export const secondsLeft = (since: number, now: number): number =>
  Math.max(0, revealSeconds - Math.floor(Math.max(0, now - since) / 1_000));
