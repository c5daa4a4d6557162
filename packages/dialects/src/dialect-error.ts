/** A vendor's reply can't be understood, or says what the canonical model can't carry. */
export class DialectError extends Error {
  override readonly name = 'DialectError';
}
