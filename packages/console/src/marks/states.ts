import type { AgentState, DeviceDto } from '@cardwatch/contracts/api';

export type DeviceState = DeviceDto['state'];
export type { AgentState };

/** Shape and colour role of a state; the word comes from the dictionary. Worst first: the order of every list and legend. */
export const deviceStates = [
  'offline',
  'sellingOffline',
  'degraded',
  'unknown',
  'maintenance',
  'disabled',
  'online',
] as const satisfies readonly DeviceState[];

export type DeviceKind = DeviceDto['kind'];

/** The order of every list of kinds. */
export const deviceKinds = ['pos', 'gate', 'shower', 'meter', 'network', 'other'] as const satisfies readonly DeviceKind[];

export type Shape = 'dot' | 'halfDot' | 'square' | 'slashedRing' | 'hollow' | 'wrench' | 'bar';
export type Tone = 'level1' | 'level2' | 'level3' | 'normal' | 'unknown';

export const deviceMarks: Readonly<Record<DeviceState, { readonly shape: Shape; readonly tone: Tone }>> = {
  online: { shape: 'dot', tone: 'normal' },
  degraded: { shape: 'halfDot', tone: 'level2' },
  sellingOffline: { shape: 'square', tone: 'level2' },
  offline: { shape: 'slashedRing', tone: 'level1' },
  maintenance: { shape: 'wrench', tone: 'level3' },
  disabled: { shape: 'bar', tone: 'unknown' },
  unknown: { shape: 'hollow', tone: 'unknown' },
};

export const agentMarks: Readonly<Record<AgentState, { readonly shape: Shape; readonly tone: Tone }>> = {
  online: { shape: 'dot', tone: 'normal' },
  offline: { shape: 'slashedRing', tone: 'level1' },
  neverSeen: { shape: 'hollow', tone: 'unknown' },
  suspended: { shape: 'bar', tone: 'level2' },
};

/** States that call for someone; maintenance and disabled are meant to be so. */
export const troubled: readonly DeviceState[] = ['offline', 'sellingOffline', 'degraded', 'unknown'];
