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
  /** One refusal of a caller at a verb is written into the trail once in this time. */
  refusalMs: 60_000,
  refusalsKept: 1_000,
} as const;
