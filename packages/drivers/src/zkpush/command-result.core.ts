import { type Result, err, ok } from '@cardwatch/kernel';
import type { RawEvent } from '../contract.ts';
import { pairsOf } from './lines.core.ts';

/** A line of devicecmd: what came of a command. Nobody here ever sends one. */
export interface CommandResult {
  readonly id: number;
  readonly ret: number;
  readonly cmd: string;
}

export function parseCommandResult(line: string): Result<CommandResult, string> {
  const pairs = pairsOf(line, '&');
  const [id, ret, cmd] = [pairs.get('id'), pairs.get('return'), pairs.get('cmd')];
  if (id === undefined || !/^\d{1,9}$/.test(id)) return err('command result without an ID');
  if (ret === undefined || !/^-?\d{1,9}$/.test(ret)) return err('command result without a return code');
  return ok({ id: Number(id), ret: Number(ret), cmd: (cmd ?? '').slice(0, 32) });
}

/** Somebody else commands this terminal; a shell command is a break-in. */
export function foreignCommand({ cmd, ret }: CommandResult, observedText: string): RawEvent {
  const detail = `${/^[A-Za-z ]{1,32}$/.test(cmd) ? cmd : 'unreadable'} returned ${ret}`;
  const told = { detail, observedText, observedAt: undefined };
  return /shell/i.test(cmd)
    ? { type: 'deviceAlarm', alarm: 'foreignShell', active: true, ...told }
    : { type: 'deviceAudit', action: 'foreignCommand', ...told };
}
