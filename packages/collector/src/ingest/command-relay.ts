import { type AgentAddress, type AgentId, downTopic, Reply, sessionLimits } from '@cardwatch/contracts';
import { readJson } from './json.ts';
import type { IngestPorts } from './ports.ts';

const encoder = new TextEncoder();

/** Sends command rows to agents and keeps their replies. A command that is lost on the way goes out again with the next hello. */
export class CommandRelay {
  readonly #ports: IngestPorts;
  #underWay = 0;

  constructor(ports: IngestPorts) {
    this.#ports = ports;
  }

  get busy(): boolean {
    return this.#underWay > 0;
  }

  send(to: AgentAddress): Promise<void> {
    return this.#guarded('commands not sent', to.agent, async () => {
      for (const command of await this.#ports.store.takeDue(to.agent, this.#ports.clock.now())) {
        this.#ports.publish(downTopic(to, 'command'), encoder.encode(JSON.stringify(command)));
      }
    });
  }

  reply(from: AgentAddress, payload: Uint8Array): Promise<void> {
    const reply = readJson(payload, sessionLimits.messageBytes, Reply);
    if (!reply.ok) {
      this.#ports.audit({ agent: from.agent, action: 'batchRefused', reason: `reply: ${reply.error.detail}` });
      return Promise.resolve();
    }
    return this.#guarded('reply not kept', from.agent, async () => {
      const known = await this.#ports.store.reply(from.agent, reply.value);
      if (!known) this.#ports.log.log('warn', 'reply to a command that is not this agent’s', { agent: from.agent });
    });
  }

  async #guarded(what: string, agent: AgentId, work: () => Promise<void>): Promise<void> {
    this.#underWay++;
    try {
      await work();
    } catch (cause) {
      this.#ports.log.log('error', what, { agent, cause: String(cause) });
    } finally {
      this.#underWay--;
    }
  }
}
