/**
 * Something that the operator can mend: a setting, a port, a data directory. The message is written for the terminal
 * and says what to do; no stack is shown.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}
