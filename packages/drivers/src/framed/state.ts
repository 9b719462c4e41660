import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, RawValue } from '../contract.ts';
import type { Arguments } from './command.core.ts';
import type { FactName } from './command-model.ts';
import { type Exchange, malformed } from './exchange.ts';
import type { StoreSpec } from './model.ts';
import * as store from './store.core.ts';

export interface Seen {
  readonly state: store.StoreState;
  readonly facts: ReadonlyMap<FactName, RawValue>;
}

/** Asks where the store stands. */
export async function readState(spec: StoreSpec, exchange: Exchange, signal: AbortSignal): Promise<Result<Seen, DriverFailure>> {
  const reply = await exchange.read(spec.state, {}, signal);
  if (!reply.ok) return reply;
  const { facts } = reply.value;
  const state = store.stateOf(spec, facts);
  return state.ok ? ok({ state: state.value, facts }) : err(malformed(`${spec.state}: ${state.error}`, new Uint8Array()));
}

/** What a request for a page says of it. */
export const pageArguments = ({ offset, count, index, recordNo }: store.Page): Arguments => ({
  offset,
  count,
  recordNo,
  ...(index === undefined ? {} : { index }),
});
