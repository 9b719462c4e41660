import type { Clock } from '@cardwatch/kernel';
import type { AgentDevice, Reconfigured } from './agent.ts';
import type { Fleet } from './fleet.ts';
import type { Reporter } from './report/reporter.ts';
import type { ReloadStatus } from './status/status.ts';
import type { Supervisor } from './uplink/supervisor.ts';

const detailMax = 200;

export interface ReloadParts {
  readonly fleet: Fleet;
  readonly supervisor: Supervisor;
  readonly reporter: Reporter;
  readonly clock: Clock;
}

/** New configurations of a running agent: taken by the lines and told to the collector, or refused; the last one is remembered. */
export class Reloads {
  readonly #parts: ReloadParts;
  #last: ReloadStatus | undefined;

  constructor(parts: ReloadParts) {
    this.#parts = parts;
  }

  get last(): ReloadStatus | undefined {
    return this.#last;
  }

  async take(devices: readonly AgentDevice[]): Promise<Reconfigured> {
    const { fleet, supervisor } = this.#parts;
    const done = await fleet.reconfigure(devices);
    const { added, removed, changed, untouched } = done;
    if (added + removed + changed === 0) {
      this.#last = { at: this.#parts.clock.now(), outcome: 'taken', detail: 'nothing changed' };
      return done;
    }
    supervisor.declare();
    this.#tell('taken', `added ${added}, removed ${removed}, changed ${changed}, untouched ${untouched}`);
    return done;
  }

  refuse(reason: string): void {
    this.#tell('refused', reason);
  }

  #tell(outcome: ReloadStatus['outcome'], text: string): void {
    const { clock, reporter } = this.#parts;
    const detail = text.slice(0, detailMax);
    this.#last = { at: clock.now(), outcome, detail };
    reporter.notice({ notice: outcome === 'taken' ? 'configReloaded' : 'configRefused', detail });
  }
}
