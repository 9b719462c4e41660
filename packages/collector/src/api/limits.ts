export const apiLimits = {
  bodyBytes: 64 * 1024,
  /** Characters of path and query together. */
  urlChars: 4_096,
  headersMs: 10_000,
  requestMs: 30_000,
  connections: 512,
  requestsPerSocket: 1_000,
  streamsPerSession: 3,
  streams: 200,
  streamBufferBytes: 64 * 1024,
  heartbeatMs: 15_000,
  recheckMs: 60_000,
} as const;
