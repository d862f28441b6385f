/** Bytes that are not what was to be read: cut off, changed on the way, or of another origin. Caught where they are taken in; never thrown into an application. */
export class DamageError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'DamageError';
  }
}

/** Bytes that are whole, but were written by a build that writes them in another way. */
export class VersionError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'VersionError';
  }
}
