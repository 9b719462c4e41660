/** What of the world is another since its reader last took note: it looks at these alone. Each reader has its own. */
export class Touches {
  readonly devices = new Set<string>();
  readonly agents = new Set<string>();

  clear(): void {
    this.devices.clear();
    this.agents.clear();
  }
}
