/** The years 1 to 9999, which every format can carry: protobuf's `Timestamp` ends there, and text has milliseconds in 64 bits. */
const first = -62_135_596_800;
const end = 253_402_300_800;

/** Whether a value is a time in seconds since the Unix epoch that every format can carry. One in milliseconds of our days is none. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= first && value < end;
}
