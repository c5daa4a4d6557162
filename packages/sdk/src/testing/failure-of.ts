import { WeirError } from '../weir-error.ts';

/** The `WeirError` that a promise rejects with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<WeirError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
  throw new Error('the promise was fulfilled');
}
