import type { Parameters } from 'fast-check';

const { WEIR_PROPERTY_SEED, WEIR_PROPERTY_PATH, WEIR_PROPERTY_RUNS } = process.env;

/** Of all properties of this run: random unless `WEIR_PROPERTY_SEED` says which. */
export const seed =
  WEIR_PROPERTY_SEED === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(WEIR_PROPERTY_SEED);

/** How many times as many runs as usual: `WEIR_PROPERTY_RUNS=100` takes 100 times as long. */
const factor = Number(WEIR_PROPERTY_RUNS ?? 1);

/** When shrinking has to come to an end, for each hundred seconds that `factor` stands for. */
const TIME_LIMIT_MS = 100_000;

export const timeoutMs = TIME_LIMIT_MS * Math.max(factor, 1) + 20_000;

/**
 * A failure prints its seed and its path: with both as `WEIR_PROPERTY_SEED` and `WEIR_PROPERTY_PATH`, and the name of
 * the test, that case alone is run again.
 */
export function parameters<T>(numRuns: number): Parameters<T> {
  return {
    seed,
    numRuns: Math.ceil(numRuns * factor),
    interruptAfterTimeLimit: TIME_LIMIT_MS * Math.max(factor, 1),
    markInterruptAsFailure: true,
    ...(WEIR_PROPERTY_PATH !== undefined && { path: WEIR_PROPERTY_PATH }),
  };
}
