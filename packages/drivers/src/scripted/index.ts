/** For tests and simulation: byte streams in virtual time and a register slave behind them. */
export * from './closed-doors.ts';
export * from './register-slave.ts';
export * from './ring-slave.ts';
export * from './stream.ts';
export * from './snmp-table.ts';
