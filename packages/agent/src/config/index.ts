export { type ConfigDoor, type FileFailure } from './files.ts';
export { type LoadedConfig, loadConfig } from './load.ts';
export { type ConfigProblem } from './problem.ts';
export { type AgentYaml, configLimits, SecretsYaml } from './schema.ts';
export { type PlannedDevice, plannedDevices } from './setup.ts';
export { type Lang, langOf, problemText } from './words.ts';
