import { hashSecret, isWellFormedApiKey } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { Caller, CallerDirectory } from '../callers/caller-directory.ts';

const HOW_TO = 'Send it as `Authorization: Bearer sk-weir-…`; keys are made in the dashboard.';

/**
 * Key → caller. A malformed key dies on its checksum, before any look-up.
 * @param address asked for only before a look-up.
 * @throws {WeirError} `missing_api_key`, `invalid_api_key`, or `rate_limited` after too many unknown keys
 */
export async function authenticate(
  callers: CallerDirectory,
  key: string | undefined,
  address: () => string,
): Promise<Caller> {
  if (key === undefined) throw new WeirError('missing_api_key', `The request carries no API key. ${HOW_TO}`);
  if (!isWellFormedApiKey(key)) {
    throw new WeirError(
      'invalid_api_key',
      `This is not an API key of ours, or a part of it is missing. ${HOW_TO}`,
    );
  }
  const caller = await callers.find(hashSecret(key), address);
  if (!caller) throw new WeirError('invalid_api_key', `There is no such API key. ${HOW_TO}`);
  return caller;
}
