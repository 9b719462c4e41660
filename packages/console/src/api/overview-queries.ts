import type { Ask } from './ask.ts';

/** Causes that the overview reads: more than anybody looks at, and the API's page. */
const causesMax = 200;

/** What the overview and the top bar ask for beside what live events carry. */
export const overviewQueries = ({ single }: Ask) => ({
  exposure: () => single(['exposure'], 'exposure', {}),
  openCauses: (campus: string | undefined) =>
    single(['openCauses', campus], 'alarms', {
      query: { open: 'true', suppressed: 'false', limit: causesMax, ...(campus === undefined ? {} : { campus }) },
    }),
  whoIsOnDuty: () => single(['whoIsOnDuty'], 'shifts', {}),
  whoIsTold: () => single(['whoIsTold'], 'recipients', {}),
  searchPlaces: () => single(['searchPlaces'], 'places', {}),
});
