/** Whether everything is where it belongs: nothing in a terminal, nothing unacknowledged in a journal, everybody connected. */
import { streams } from '@cardwatch/contracts';
import type { AgentSide } from '../world/agent-side.ts';
import type { Campus } from '../world/campus.ts';
import type { Terminal } from '../world/terminal.ts';

export const isDrained = (campus: Campus): boolean => undrained(campus).length === 0;

/** What is not; empty when all is well. */
export function undrained(campus: Campus): readonly string[] {
  const collector = campus.collector.running ? [] : ['the collector does not run'];
  return [...collector, ...campus.terminals.flatMap(ofTerminal), ...campus.agents.flatMap((agent) => ofAgent(campus, agent))];
}

function ofTerminal(terminal: Terminal): string[] {
  const { head, tail, capacity } = terminal.pointers();
  return head === tail ? [] : [`${terminal.device} holds ${(head - tail + capacity) % capacity} records`];
}

function ofAgent(campus: Campus, agent: AgentSide): string[] {
  const { journal } = agent;
  if (journal === undefined) return [`${agent.id} does not run`];
  const lives = streams
    .filter((stream) => stream !== 'health')
    .flatMap((stream) => journal.states(stream).map((state) => ({ stream, ...state })));
  const left = lives.filter((state) => state.acked < state.last);
  const disconnected = campus.broker.isConnected(agent.id) ? [] : [`${agent.id} is not connected`];
  return [
    ...disconnected,
    ...left.map((state) => `${agent.id} ${state.stream} epoch ${state.epoch}: ${state.acked} of ${state.last} acknowledged`),
  ];
}
