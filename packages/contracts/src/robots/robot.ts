/** What the three vendors' group robots have in common. Pure: who sends it brings the time, the HMAC and the way out. */

export interface RobotLink {
  readonly label: string;
  readonly url: string;
}

export interface RobotMessage {
  /** One line. */
  readonly title: string;
  readonly text: string;
  readonly level: 1 | 2 | 3;
  /** Some colour by it. */
  readonly cleared: boolean;
  /** The one to acknowledge last: nearest to the thumb. */
  readonly links: readonly RobotLink[];
}

/** One POST with `robotHeaders`; its answer is judged by the vendor's own verdict. The address holds the robot's key: it is never logged. */
export interface RobotPost {
  readonly url: string;
  readonly body: string;
}

export const robotHeaders: Readonly<Record<string, string>> = { 'content-type': 'application/json; charset=utf-8' };

export interface RobotAt {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** HMAC-SHA-256 in base64. */
  readonly hmac: (key: string, text: string) => string;
}
