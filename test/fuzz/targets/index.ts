/** All targets, by name. */
import type { Target } from '../target.ts';
import { answerTargets } from './answers.ts';
import { apiTargets } from './api.ts';
import { brokerTargets } from './broker.ts';
import { configTargets } from './config.ts';
import { deviceTargets } from './devices.ts';
import { ingestTargets } from './ingest.ts';
import { journalTargets } from './journal.ts';
import { linkTargets } from './links.ts';
import { mqttTargets } from './mqtt.ts';
import { pictureTargets } from './picture.ts';
import { sheetTargets } from './sheets.ts';
import { uplinkTargets } from './uplink.ts';

export const targets: readonly Target[] = [
  ...deviceTargets,
  ...mqttTargets,
  ...brokerTargets,
  ...uplinkTargets,
  ...ingestTargets,
  ...journalTargets,
  ...configTargets,
  ...sheetTargets,
  ...pictureTargets,
  ...linkTargets,
  ...answerTargets,
  ...apiTargets,
];
