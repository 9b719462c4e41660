import { CommonProfile } from '@cardwatch/drivers';

/** The ring shower as the simulated sessions speak of it: what the agent needs to know to decode its records. */
export const simulatedShower: CommonProfile = CommonProfile.parse({
  profile: 'simulation/cardwatch/ring-shower',
  version: 1,
  protocol: 'simulation',
  title: { zh: '仿真水控器', en: 'Simulated shower controller' },
  kind: 'shower',
  source: 'firmware-protocols/modbus/cardwatch/ring-shower/datasheet.md',
  points: [
    { name: 'flow', label: { zh: '流量', en: 'Flow' }, unit: 'L/min', scale: 0.01, deadBand: 0.5 },
    { name: 'temperature', label: { zh: '水温', en: 'Water temperature' }, unit: '°C', scale: 0.1, deadBand: 1 },
  ],
  records: {
    kinds: { '0xf1': 'waterHold', '0xf2': 'waterContinue', '0xf3': 'waterRelease', '0xfe': 'reversal' },
    mode: 'cardOffline',
    fenPerUnit: 1,
    quantity: { unit: 'L', scale: 0.1 },
    amountFenMax: 100_000,
    purseNo: 3,
  },
});
