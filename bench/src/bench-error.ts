import { OperatorError } from '@weir/core/operator-error';

/** The measurement can't be taken, or can't be believed; the message says why. */
export class BenchError extends OperatorError {
  override readonly name = 'BenchError';
}
