import { createRegistry, describeProfileFailure } from '@cardwatch/drivers';
import { type Result } from '@cardwatch/kernel';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { knownLinks } from '../config/protocols.ts';
import { configDoor } from './config-door.ts';
import { random } from './random.ts';

/** Reads a configuration from the real disk, with its secrets, credentials and profiles. */
export const load = (file: string): Promise<Result<LoadedConfig, readonly ConfigProblem[]>> =>
  loadConfig(file, configDoor, {
    catalogue: knownLinks,
    judges: createRegistry(random),
    describeProfile: describeProfileFailure,
  });
