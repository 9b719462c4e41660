/** What `verify` found in the custody file. */
export interface CustodyProof {
  /** `ok`, or what SQLite's own check says first. */
  readonly integrity: string;
  readonly records: number;
  /** Booked ranges of terminals against the rows: numbers that stand in one and not in the other. */
  readonly bookedNotStored: number;
  readonly storedNotBooked: number;
  /** Minutes of a device whose flow differs from the sum of its records. */
  readonly flowDiffers: number;
  /** The first device, generation or minute that is wrong, for each of the above. */
  readonly firstWrong: readonly string[];
}
