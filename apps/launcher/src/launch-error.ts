import { OperatorError } from '@weir/core/operator-error';

/** Weir can't start or go on; the message is for the person at the terminal and says what to do. */
export class LaunchError extends OperatorError {
  override readonly name = 'LaunchError';
}
