/**
 * V8 makes a slice of 13 characters or more a window into its parent string. A cache of strings keeps such a string as a copy of its own,
 * or a short label could hold a whole request body.
 */
export const shortestSlice: number = 13;

/**
 * A hash at a glance: the length and three or four characters. Short values differ anywhere (`200` and `500`, `GET` and `PUT`); long ones
 * mostly at the end (`/api/v1/resource-118` and `-128`) or in the middle. Where that does not tell them apart, a cache misses more often.
 */
export function glance(text: string): number {
  const length = text.length;
  if (length === 0) return 0;
  const middle = text.charCodeAt(length >> 1) << 18;
  const last = text.charCodeAt(length - 1) << 11;
  if (length < 8) return length + (text.charCodeAt(0) << 5) + last + middle;
  return length + (text.charCodeAt(length - 2) << 4) + last + (text.charCodeAt(length - 3) << 24) + middle;
}
