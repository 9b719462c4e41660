import { describeProfileFailure } from '@cardwatch/drivers';
import { type Result } from '@cardwatch/kernel';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { configDoor } from './config-door.ts';

/** Reads a configuration from the real disk, with its secrets and profiles. */
export const load = (file: string): Promise<Result<LoadedConfig, readonly ConfigProblem[]>> =>
  loadConfig(file, configDoor, { describeProfile: describeProfileFailure });
