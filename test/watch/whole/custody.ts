/** A real custody file with the devices that a test wants, whose states change as ingest would write them: the row and its outbox line in one transaction. */
import { DatabaseSync } from 'node:sqlite';
import { openIngestStore } from '@cardwatch/collector/store';

export interface PlantedDevice {
  readonly deviceId: string;
  readonly kind?: 'pos' | 'gate' | 'network' | 'other';
  readonly parents?: readonly string[];
  /** `building/area` of campus `main`. */
  readonly place?: readonly [building: string, area: string];
}

export class Custody {
  readonly file: string;
  readonly #db: DatabaseSync;

  private constructor(file: string) {
    this.file = file;
    this.#db = new DatabaseSync(file);
    this.#db.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL;');
  }

  /** Each on a line of its own, all online since an hour before `now`. */
  static async make(file: string, devices: readonly PlantedDevice[], now: number): Promise<Custody> {
    await openIngestStore(file).close();
    const custody = new Custody(file);
    custody.#plant(devices, now - 3_600_000);
    return custody;
  }

  #plant(devices: readonly PlantedDevice[], since: number): void {
    const agent = this.#db.prepare(
      "INSERT INTO agent (agent_id, site_id, secret_hash, created_at, state, since) VALUES ('yb-1', 'demo', '', ?, 'online', ?)",
    );
    this.#within(() => {
      agent.run(since, since);
      this.#declare(devices, since);
    });
  }

  /** An agent's hello with more devices, all online. */
  joined(devices: readonly PlantedDevice[], now: number): void {
    const tell = this.#db.prepare("INSERT INTO outbox (topic, key, at) VALUES ('device', ?, ?)");
    this.#within(() => {
      this.#declare(devices, now);
      for (const { deviceId } of devices) tell.run(deviceId, now);
    });
  }

  #declare(devices: readonly PlantedDevice[], since: number): void {
    const device = this.#db.prepare(
      `INSERT INTO device (device_id, agent_id, name, kind, profile, line, campus, area, place, state, since, parents)
       VALUES (?, 'yb-1', ?, ?, 'planted', ?, 'main', ?, ?, 'online', ?, ?)`,
    );
    for (const { deviceId, kind = 'pos', parents = [], place } of devices) {
      const [building, area] = place ?? [];
      const at = place === undefined ? { campus: 'main' } : { campus: 'main', building: building ?? '', area: area ?? '' };
      const ways = parents.length === 0 ? null : JSON.stringify(parents);
      device.run(deviceId, deviceId, kind, `line-${deviceId}`, area ?? null, JSON.stringify(at), since, ways);
    }
  }

  set(deviceIds: readonly string[], state: 'online' | 'offline', now: number): void {
    const change = this.#db.prepare('UPDATE device SET state = ?, cause = ?, since = ? WHERE device_id = ?');
    const tell = this.#db.prepare("INSERT INTO outbox (topic, key, at) VALUES ('device', ?, ?)");
    this.#within(() => {
      for (const deviceId of deviceIds) {
        change.run(state, state === 'offline' ? 'noReply' : null, now, deviceId);
        tell.run(deviceId, now);
      }
    });
  }

  /** What is shown of one, with a beginning of its own. */
  show(
    deviceId: string,
    shown: { readonly state: string; readonly cause: string | null; readonly since: number },
    now: number,
  ): void {
    const change = this.#db.prepare('UPDATE device SET state = ?, cause = ?, since = ? WHERE device_id = ?');
    const tell = this.#db.prepare("INSERT INTO outbox (topic, key, at) VALUES ('device', ?, ?)");
    this.#within(() => {
      change.run(shown.state, shown.cause, shown.since, deviceId);
      tell.run(deviceId, now);
    });
  }

  /** A device tells of an alarm of its own that begins or ends. */
  told(deviceId: string, said: { readonly alarm: string; readonly active: boolean }, now: number): void {
    const tell = this.#db.prepare(
      `INSERT INTO event (agent_id, epoch, seq, type, device_id, observed_at, ingested_at, line)
       VALUES ('yb-1', 1, (SELECT coalesce(max(seq), 0) + 1 FROM event), 'deviceAlarm', ?, ?, ?, ?)`,
    );
    this.#within(() => void tell.run(deviceId, now, now, JSON.stringify({ type: 'deviceAlarm', deviceId, ...said })));
  }

  /** Their agent asked them: nothing else changed. */
  asked(deviceIds: readonly string[], now: number): void {
    const change = this.#db.prepare('UPDATE device SET asked_at = ? WHERE device_id = ?');
    const tell = this.#db.prepare("INSERT INTO outbox (topic, key, at) VALUES ('device', ?, ?)");
    this.#within(() => {
      for (const deviceId of deviceIds) {
        change.run(now, deviceId);
        tell.run(deviceId, now);
      }
    });
  }

  #within(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    work();
    this.#db.exec('COMMIT');
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}
