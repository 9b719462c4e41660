/** The campus day of the simulation, 06:30 to 23:50. Campus time leaps over the night. */
export const campusHours = { opensMinute: 390, closesMinute: 1_430 } as const;
export const campusSpanMs = (campusHours.closesMinute - campusHours.opensMinute) * 60_000;

/** Since the campus woke up, of a minute of day. */
export const sinceOpeningMs = (minute: number): number => (minute - campusHours.opensMinute) * 60_000;
