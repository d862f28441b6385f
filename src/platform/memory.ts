/**
 * Typed arrays on memory that other threads can be given, where the platform has such memory, else on ordinary memory. All memory is
 * zero at first.
 */

/** Whether pages can be read by other threads: browsers hide shared memory from pages that are not cross-origin isolated. */
export const memoryIsShared: boolean = typeof SharedArrayBuffer === 'function';

function allocate(bytes: number): ArrayBufferLike {
  return memoryIsShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

export function allocateFloat64(length: number): Float64Array {
  return new Float64Array(allocate(length * 8));
}

export function allocateInt32(length: number): Int32Array {
  return new Int32Array(allocate(length * 4));
}

export function allocateBytes(length: number): Uint8Array {
  return new Uint8Array(allocate(length));
}
