/** An agent that is not heard is offline in the books within this time, whoever the broker is. */
import { minuteMs } from '@cardwatch/kernel';
import type { Campus } from '../world/campus.ts';

const noticedMs = 4 * minuteMs;
/** What was delayed before it was cut off has come by then. */
const longestMs = 30 * minuteMs;

/** Cuts every agent off when all has drained, waits, and looks at what the books say of them. Returns how many were looked at. */
export function judgeSilence(campus: Campus, until: (limitMs: number, enough: () => boolean) => void): number {
  const { clock } = campus.loop;
  const cutOffMs = clock.mono();
  until(cutOffMs + longestMs, () => {
    // A partition that is over lets its agent in again: nobody comes in.
    for (const { id } of campus.agents) campus.broker.partitioned.add(id);
    return clock.mono() >= Math.max(cutOffMs, campus.broker.lastUpMs) + noticedMs;
  });
  const online = campus.collector.db.prepare("SELECT agent_id FROM agent WHERE state = 'online'").all();
  for (const { agent_id: agent } of online)
    campus.violations.add('I14', `${String(agent)} has been silent for ${noticedMs / minuteMs} min and stands as online`);
  return campus.agents.length;
}
