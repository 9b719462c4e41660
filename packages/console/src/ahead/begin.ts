/** The first file that the page runs. It must import nothing that the page brings anyway: it would wait for that. */
import { aheadOf } from './ahead.ts';

/** `fetch` of this page. */
export const fetchAhead = aheadOf({
  fetch: (input, init) => fetch(input, init),
  mono: () => performance.now(),
  address: location,
});
