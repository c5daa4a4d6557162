/** A vendor's reply can't be understood, or says what the canonical model can't carry. */
export class DialectError extends Error {
  override readonly name: string = 'DialectError';
}

/** What a vendor sent is no part of a reply in its own format either. */
export class GarbageError extends DialectError {
  override readonly name = 'GarbageError';
}
