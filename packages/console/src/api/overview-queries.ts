import type { Ask } from './ask.ts';

/** What a flood brings beyond it is counted by the list of alarms. */
const alarmsMax = 500;

/** What the overview and the top bar ask for beside what live events carry. */
export const overviewQueries = ({ single }: Ask) => ({
  exposure: () => single(['exposure'], 'exposure', {}),
  overviewAlarms: (campus: string | undefined) =>
    single(['overviewAlarms', campus], 'alarms', {
      query: { open: 'true', limit: alarmsMax, ...(campus === undefined ? {} : { campus }) },
    }),
  whoIsOnDuty: () => single(['whoIsOnDuty'], 'shifts', {}),
  whoIsTold: () => single(['whoIsTold'], 'recipients', {}),
  searchPlaces: () => single(['searchPlaces'], 'places', {}),
});
