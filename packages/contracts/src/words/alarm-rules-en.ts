/** Title and text of each rule in English. Gaps: see `alarm-words.ts`. */
import type { AlarmWords } from './alarm-words.ts';

export const alarmRulesEn: AlarmWords['rules'] = {
  deviceOffline: { title: '{name} is offline', text: '{name} ({area}) has been offline for {minutes}, cause: {cause}.' },
  agentLost: {
    title: 'Agent {name} is lost',
    text: 'Agent {name} has not been heard for {minutes}; its {count} devices are unknown.',
  },
  upstreamDown: {
    title: '{name} is down, {count} devices cut off',
    text: '{name} ({area}) has not answered for {minutes}; {count} devices in service have no other way up. Cause: {cause}.',
  },
  probableUpstream: {
    title: 'Probable upstream fault at {name}',
    text: '{count} of {total} devices ({pct} %) at {name} went silent together {minutes} ago without a known cause: probably uplink or power.',
  },
  areaDegraded: {
    title: '{area}: {what} largely out of service',
    text: '{area}: {count} of {of} ({what}) do not work, {value}; threshold {expected}.',
  },
  campusSilent: {
    title: 'Campus {name} is silent',
    text: 'All {count} devices of campus {name} are offline or unknown, on {agents} agents.',
  },
  authFailed: {
    title: '{name} refuses the password',
    text: '{name} ({area}) answers but refuses the password. Check its credentials.',
  },
  identityChanged: {
    title: 'Another device at the address of {name}',
    text: 'A different device answers at the address of {name} ({area}); collecting has stopped so that records do not mix.',
  },
  busErrors: {
    title: 'Line {name}: error rate {value}',
    text: 'Line {name}: {what}, error rate at least {value} ({count} of {of} requests).',
  },
  busMoisture: {
    title: 'Line {name}: probably moisture',
    text: '{count} of {of} controllers on line {name} fell silent one after the other while the rest answer: probably moisture in the wiring.',
  },
  clockDrift: {
    title: 'Clock of {name} is off by {value}',
    text: 'The clock of {name} ({area}) is off by {value} ({what}); threshold {expected}.',
  },
  blacklistLag: {
    title: '{name}: blacklist {count} versions behind',
    text: '{name} ({area}) has blacklist version {value}, published is {expected}, for {minutes}. Lost cards may still be spendable there.',
  },
  parameterLag: {
    title: '{name}: parameters {count} versions behind',
    text: '{name} ({area}) has parameter version {value}, expected {expected}, for {minutes}.',
  },
  storeNearlyFull: {
    title: 'Memory of {name} is nearly full',
    text: 'Memory of {name} ({area}): {value} (hours until full, or share in use), {count} records not collected. Once full it stops selling or overwrites records.',
  },
  offlineSelling: {
    title: '{name} sells offline',
    text: '{name} ({area}) has been selling offline for {minutes}; an estimated {count} records worth {value} are still to come.',
  },
  backlog: { title: '{count} records wait at {name}', text: '{count} records wait at {name}, the oldest for {minutes}.' },
  agentDisk: { title: 'Agent {name}: {value} of disk left', text: 'The disk of agent {name} has only {value} left.' },
  agentStorage: { title: 'Journal of agent {name}: {value}', text: 'Journal of agent {name}: {value}.' },
  duplicateIdentity: {
    title: 'Two agents use the identity {name}',
    text: 'Two live agents use the identity {name}. Stop one of them.',
  },
  recordGap: {
    title: '{count} records of {name} are missing',
    text: '{count} record numbers of {name} ({area}) were never collected, for {minutes}, worth about {value}. Collect them again.',
  },
  deadLetters: {
    title: '{count} records of {name} wait for a person',
    text: '{count} records of {name} could not be booked and wait for a person.',
  },
  doorHeld: { title: '{name} is held open', text: '{name} ({area}) has stood open for {minutes}.' },
  doorForced: { title: '{name} was forced', text: '{name} ({area}): {what}, {count} times.' },
  doorTamper: { title: 'Case of {name} was opened', text: 'The case of {name} ({area}) was opened {minutes} ago.' },
  fireInput: {
    title: 'Fire input at {name}: {what}',
    text: 'The fire input of {name} ({area}) for {minutes}: {what}.',
  },
  denyRatio: {
    title: '{name} refuses {value} of passes',
    text: '{name} ({area}) refused {count} of {of} passes in {minutes}: at least {value}, threshold {expected}.',
  },
  gateSilent: {
    title: 'Nobody passes at {area} in the peak',
    text: 'Nobody has passed at {area} for {minutes}; about {expected} were expected.',
  },
  leak: {
    title: 'Probable leak at {name}',
    text: '{value} flow at {name} ({area}) although nobody uses it; threshold {expected}.',
  },
  valveStuck: { title: 'Valve of {name} is stuck', text: 'The valve of {name} ({area}) does not do what it is told: {what}.' },
  unrefunded: {
    title: '{name}: {value} not tapped out',
    text: '{count} of {of} sessions on line {name} were not tapped out today: at least {value}.',
  },
  meterBackwards: { title: 'Reading of {name} went backwards', text: '{name} ({area}) reads {value} after {expected}.' },
  longSession: {
    title: 'Very long session at {name}',
    text: 'A session at {name} ({area}) has run for {minutes} and has not ended.',
  },
  amountHigh: {
    title: 'High amount at {name}: {value}',
    text: '{value} at once at {name} ({area}), reference {expected}, card ending {tail}, {count} within the hour.',
  },
  amountZero: {
    title: 'Zero or tiny amounts at {name}',
    text: '{count} sales below {expected} at {name} ({area}) in {minutes}, the latest {value}.',
  },
  amountPattern: {
    title: 'Equal amounts at {name}',
    text: '{count} recent sales at {name} ({area}) were all {value}, {share} %.',
  },
  frequencyTerminal: {
    title: 'One card again and again at {name}',
    text: 'One card paid {count} times at {name} ({area}) in {minutes}; threshold {expected}.',
  },
  frequencyCard: {
    title: 'Card {name} is used very often',
    text: 'Card {name} paid {count} times in {minutes}, reaching {value}; threshold {expected}.',
  },
  doubleCharge: {
    title: 'Probable double charge at {name}: {value}',
    text: 'The same card was charged {value} twice at {name} ({area}), card ending {tail}, {count} within the hour.',
  },
  impossibleSequence: {
    title: 'Card {name} cannot have been there',
    text: 'Card {name} went from {from} to {to} in {value}, {count} times: a copied card or a wrong clock.',
  },
  offHours: {
    title: 'Sales at {name} out of hours',
    text: '{count} sales worth {value} at {name} ({area}) out of opening hours.',
  },
  soldWhileClosed: {
    title: '{name} sold while out of service',
    text: '{name} ({area}) is disabled or in maintenance, yet sold {count} times, {value}.',
  },
  terminalSilent: {
    title: '{name} sells nothing',
    text: '{name} ({area}) is online but has sold nothing for {minutes}; about {expected} were expected and its neighbours sell.',
  },
  areaSilent: {
    title: 'Nothing is sold at {area}',
    text: 'Nothing has been sold at {area} for {minutes}; about {expected} were expected.',
  },
  salesDeviation: { title: 'Unusual sales at {name}', text: '{name} took {value} in {minutes}, usual is about {expected}.' },
  offlineRatio: {
    title: '{name}: {value} of sales offline',
    text: '{count} sales at {name} ({area}) in {minutes} were offline, {value}; threshold {expected}.',
  },
  greyRecords: {
    title: '{count} grey records at {name}',
    text: '{count} grey records ({value}) at {name} ({area}) in {minutes}; threshold {expected}.',
  },
  tacInvalid: {
    title: 'Bad TAC at {name}',
    text: '{count} records of {name} ({area}) have a bad TAC, the latest {value}, card ending {tail}.',
  },
  negativeBalance: {
    title: 'Negative balance at {name}: {value}',
    text: 'Balance after a sale at {name}: {value}, lowest allowed {expected}, card ending {tail}.',
  },
  chainGap: {
    title: 'Card {name}: transactions are missing',
    text: '{count} transactions of card {name} are missing, {direction} {value}, for {minutes}.',
  },
  chainFork: {
    title: 'Card {name}: balance chain forks',
    text: 'Two different records claim transaction {count} of card {name}: {value} and {expected}. Probably a copied card.',
  },
  recordClock: {
    title: 'Records of {name} have a wrong time',
    text: '{count} records of {name} ({area}) are {value} away from the time at which they were collected.',
  },
  collectorHealth: { title: 'Collector: {what}', text: 'Collector: {what}, {value}.' },
  refusals: {
    title: '{name} was refused {count} times: {what}',
    text: '{count} connections, messages or requests were refused within {minutes}, of {of} sources, most of them {name} ({what}). Check its configuration and secret, and the audit trail.',
  },
  testAlarm: {
    title: 'Daily test alarm',
    text: 'This is the daily test alarm. It proves that messages arrive; nothing is to be done and it counts in no statistics.',
  },
  totalsDiffer: {
    title: 'Totals of {name} differ',
    text: 'The batch totals of {name} ({area}) and the collected records have differed for {minutes}: {detail}. Check, and collect again.',
  },
  relayNotKept: {
    title: '{name}: transactions were not kept',
    text: 'Transactions relayed for {name} ({area}) could not be written to the journal, for {minutes}: {detail}. Check the records of that time.',
  },
  upsAlarm: {
    title: 'UPS {name}: {what}',
    text: 'UPS {name} ({area}): {what} for {minutes}. What is behind it lives on the battery and goes down with it.',
  },
  powerLost: { title: '{name} lost power: {what}', text: '{name} ({area}) reports: {what}, for {minutes}.' },
  batteryLow: {
    title: 'Battery of {name} is low',
    text: '{name} ({area}) has reported a low battery for {minutes}. Replace it.',
  },
  supplyLow: {
    title: 'Supply voltage of {name} is low',
    text: '{name} ({area}) has reported a low supply voltage for {minutes}; its valve may not move fully.',
  },
  readerOffline: {
    title: 'Reader of {name} is gone',
    text: 'The card reader of {name} ({area}) has not answered for {minutes}; no card can be used there.',
  },
  cameraFault: {
    title: 'Camera of {name} failed',
    text: 'The camera of {name} ({area}) has failed for {minutes}; faces are not recognised, cards and codes are.',
  },
  hardwareFault: { title: 'Part of {name} failed: {what}', text: '{name} ({area}): {what}, for {minutes}.' },
  networkLost: {
    title: '{name} reports that it lost the network',
    text: '{name} ({area}) reported {minutes} ago that it lost the network.',
  },
  portDown: {
    title: '{count} ports of {name} are down',
    text: 'Ports {ports} of switch {name} ({area}) have been down for {minutes}.',
  },
  poeFault: {
    title: '{count} ports of {name} fail to supply power',
    text: 'Ports {ports} of switch {name} ({area}) have had a power (PoE) fault for {minutes}; what hangs there goes dark.',
  },
  deviceRestarted: {
    title: '{name} restarted by itself',
    text: '{name} ({area}) restarted {minutes} ago, {count} times ({what}).',
  },
  intrusion: { title: '{what} at {name}', text: '{name} ({area}): {what}, {count} times, first {minutes} ago.' },
  passMisuse: { title: 'Misuse at {name}: {what}', text: '{name} ({area}): {what}, {count} times.' },
  foreignShell: {
    title: 'Another program commands {name}',
    text: 'Another program sent system commands to {name} ({area}), {count} times. Check its management port and password now.',
  },
  eventsUnread: {
    title: '{name} sends events that nobody can read',
    text: '{name} ({area}) sent {count} events that could not be read ({what}). They are kept as they came; its model file needs an update.',
  },
  otherAlarm: {
    title: '{name} reports {what}',
    text: '{name} ({area}) has reported the alarm {what} for {minutes}. This release has no rule of its own for it.',
  },
  configRefused: {
    title: 'Agent {name} refused its new configuration',
    text: 'Agent {name} refused its new configuration and works by the old one: {detail}.',
  },
  agentClockJump: {
    title: 'Clock of agent {name} jumped by {value}',
    text: 'The clock of agent {name} jumped by {value}, {count} times. Check the times of records between.',
  },
  healthDropped: {
    title: 'Agent {name} dropped {count} lines of health',
    text: 'Agent {name} had no room and dropped {count} lines of health data; records are not affected.',
  },
};
