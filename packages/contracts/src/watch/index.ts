/** The watch's nouns: rules, alarms, notices, incidents, topology, calendars. */
export * from './rule.ts';
export * from './alarm.ts';
export * from './topology.ts';
export * from './map.ts';
export * from './calendar.ts';
export * from './notice.ts';
export * from './incident.ts';
export * from './sla.ts';
export * from './webhook.ts';
