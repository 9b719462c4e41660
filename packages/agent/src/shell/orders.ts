/** What may be asked of a running agent over its status server. */
import type { RealAgent } from './real-agent.ts';
import type { StatusDoor } from './status-server.ts';

const unknownDevice = { code: 404, body: { error: 'unknownDevice' } } as const;

export function orders({ agent, devices, traces }: RealAgent, token: string): StatusDoor {
  const known = (id: string): boolean => devices().some(({ declaration }) => declaration.deviceId === id);
  return {
    token,
    ask: async (verb, query) => {
      const device = query.get('device') ?? '';
      if (!['trace', 'frames', 'untrace', 'poll'].includes(verb)) return undefined;
      if (!known(device)) return unknownDevice;
      switch (verb) {
        case 'trace':
          return started(traces.start(device, Number(query.get('minutes') ?? 10) || 10));
        case 'untrace':
          traces.stop(device);
          return { code: 200, body: { stopped: true } };
        case 'poll':
          return { code: 200, body: { answered: await agent.pollNow(device), device: deviceOf(agent, device) } };
        default:
          return found(traces.view(device, Number(query.get('after') ?? 0) || 0));
      }
    },
  };
}

const started = (result: ReturnType<RealAgent['traces']['start']>): { code: number; body: unknown } =>
  result.ok ? { code: 200, body: result.value } : { code: 429, body: { error: result.error.kind, limit: result.error.limit } };

const found = (view: unknown): { code: number; body: unknown } =>
  view === undefined ? { code: 404, body: { error: 'notTraced' } } : { code: 200, body: view };

const deviceOf = (agent: RealAgent['agent'], device: string): unknown =>
  agent.status().devices.find(({ deviceId }) => deviceId === device);
