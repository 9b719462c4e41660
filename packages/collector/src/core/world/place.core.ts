/** Kinds of places and when they are busy. */
export type AreaType = 'canteen' | 'dorm' | 'bathhouse' | 'shop' | 'gate' | 'library' | 'office' | 'other';

/** `peak`: name of the meal, curfew or shower peak that it is now. */
export interface BusinessTime {
  readonly open: boolean;
  readonly peak: 'breakfast' | 'lunch' | 'dinner' | 'night' | 'curfew' | 'shower' | null;
  /** Milliseconds until the next peak begins; 0 inside of one. */
  readonly untilPeakMs: number;
}
