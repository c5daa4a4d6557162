/** Seals the simulated vendor's key. */
export const SECRET_KEY = 'a key for tests, of 32 characters';

/** Of every model; chosen so that a charge has to be rounded. */
export const PRICE = { inputNanoUsdPerMtok: 1_333_333n, outputNanoUsdPerMtok: 2_777_777n };

/** The longest reply, where a call sets no limit. */
export const OUTPUT_TOKENS_MAX = 300;

/** A call may take so long, and its hold lives a little longer; short, so that a leaked hold is soon seen to expire. */
export const TOTAL_TIMEOUT_MS = 2_000;
export const HOLD_GRACE_MS = 400;
export const IDLE_TIMEOUT_MS = 500;

/** How long clients keep calling. */
export const LOAD_MS = 3_000;

/** Clients that call at the same time. */
export const CLIENTS = 24;
