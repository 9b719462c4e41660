import type { CancelTimer, Clock, Logger } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import {
  blameFor,
  newParents,
  type ParentsEffect,
  type ParentsEvent,
  parentsPlan,
  type ParentsState,
  parentsStep,
} from './parents.step.ts';

/** Between an outcome and the probe that it asks for: the line has to note the outcome first. */
const probeAfterMs = 50;

export type Blame = 'self' | 'parents' | 'held';

export interface ParentsParts {
  devices(): readonly AgentDevice[];
  /** Whether the collector is reached. */
  uplink(): boolean;
  /** Asks a device at once; resolves with whether it answered. */
  pollNow(deviceId: string): Promise<boolean>;
  /** A device that fails is judged, after its failure: by itself, or by what it is reached through. */
  judged(deviceId: string, parentDown: boolean): void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Runs `parents.step.ts` for the devices that hang on others or have others hang on them. All else is judged by itself. */
export class Parents {
  readonly #parts: ParentsParts;
  readonly #timers = new Set<CancelTimer>();
  #devices: readonly AgentDevice[] | undefined;
  #state: ParentsState | undefined;
  #stopped = false;

  constructor(parts: ParentsParts) {
    this.#parts = parts;
  }

  /** It answered, be it with a refusal. */
  answered(deviceId: string): void {
    this.#feed({ type: 'answered', id: deviceId }, deviceId);
  }

  /** Nothing came back. Whose fault it is, as far as it is known now; `held`: wait for `judged`. */
  failed(deviceId: string): Blame {
    const state = this.#feed({ type: 'failed', id: deviceId }, deviceId);
    return state === undefined ? 'self' : blameFor(state, deviceId);
  }

  /** No probe is begun any more. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #feed(event: ParentsEvent & { readonly id: string }, current: string): ParentsState | undefined {
    const state = this.#present();
    if (state === undefined || !state.nodes.has(event.id)) return undefined;
    const up = this.#parts.uplink();
    if (up !== state.uplink) this.#step({ type: 'uplink', up }, current);
    return this.#step(event, current);
  }

  #step(event: ParentsEvent, current: string): ParentsState | undefined {
    const state = this.#state;
    if (state === undefined) return undefined;
    const [next, effects] = parentsStep(state, event, this.#parts.clock.now());
    this.#state = next;
    for (const effect of effects) this.#act(effect, current);
    return next;
  }

  #act(effect: ParentsEffect, current: string): void {
    const { log, judged } = this.#parts;
    switch (effect.type) {
      case 'probe':
        for (const id of effect.ids) this.#probe(id);
        return;
      case 'verdict': {
        const { id, from, to, causes } = effect;
        log.log('info', 'reach', { device: id, from, to, ...(causes.length === 0 ? {} : { causes: causes.join(' ') }) });
        // What fails just now learns its verdict as the answer to `failed`.
        if (id !== current && (to === 'down' || to === 'unreachable')) judged(id, to === 'unreachable');
        return;
      }
      case 'flapping':
        log.log('warn', 'flapping', { device: effect.id, active: effect.active });
        return;
      case 'isolated':
        log.log('warn', 'isolated', { active: effect.active });
    }
  }

  #probe(id: string): void {
    if (this.#stopped) return;
    const cancel = this.#parts.clock.after(probeAfterMs, () => {
      this.#timers.delete(cancel);
      const turn = this.#state?.nodes.get(id)?.probedTurn;
      void this.#parts.pollNow(id).then((answered) => {
        // A device that cannot be asked, or speaks by itself, has no outcome of its own: this is it.
        const node = this.#state?.nodes.get(id);
        if (node?.asked === true && node.probedTurn === turn) this.#step({ type: answered ? 'answered' : 'failed', id }, '');
      });
    });
    this.#timers.add(cancel);
  }

  /** The plan follows the configuration; what is known of devices that stay is kept. */
  #present(): ParentsState | undefined {
    const devices = this.#parts.devices();
    if (devices === this.#devices) return this.#state;
    this.#devices = devices;
    const before = this.#state?.nodes;
    const plan = parentsPlan(linked(devices));
    // The configuration check has refused circles and unknown parents: a plan that is wrong all the same judges nobody.
    const made = plan.ok && plan.value.parents.size > 0 ? newParents(plan.value) : undefined;
    this.#state = made && { ...made, nodes: new Map([...made.nodes].map(([id, node]) => [id, before?.get(id) ?? node])) };
    return this.#state;
  }
}

/** Devices with parents, and their parents. */
function linked(devices: readonly AgentDevice[]): readonly { readonly id: string; readonly parents: readonly string[] }[] {
  const named = new Set(devices.flatMap(({ parents = [] }) => parents));
  return devices
    .map(({ declaration, parents = [] }) => ({ id: declaration.deviceId as string, parents }))
    .filter(({ id, parents }) => parents.length > 0 || named.has(id));
}
