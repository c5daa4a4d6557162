import { hashSecret, isWellFormedApiKey } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { DialectName } from '@weir/dialects/dialect-name';
import type { Caller, CallerDirectory } from '../callers/caller-directory.ts';

/** As the clients of each dialect send a key. */
const HEADERS: Readonly<Record<DialectName, string>> = {
  'openai-chat': 'Authorization: Bearer',
  'openai-responses': 'Authorization: Bearer',
  'anthropic-messages': 'x-api-key:',
  'google-gemini': 'x-goog-api-key:',
};

/** What is known of a request before its body. */
export interface Credentials {
  readonly key: string | undefined;
  /** In which it is answered. */
  readonly dialect: DialectName;
  /** Asked for only before a look-up. */
  readonly address: () => string;
  /** That it came on. */
  readonly connection: object;
}

/**
 * The key that came last on each connection, with its hash: nearly always the next call has the same one. It is kept for no
 * longer than the connection.
 */
const latestKeys = new WeakMap<object, { readonly key: string; readonly hash: string }>();

/**
 * Key → caller. A malformed key dies on its checksum, before any look-up.
 * @throws {WeirError} `missing_api_key`, `invalid_api_key`, or `rate_limited` after too many unknown keys
 */
export function authenticate(
  callers: CallerDirectory,
  { key, dialect, address, connection }: Credentials,
): Caller | Promise<Caller> {
  if (key === undefined)
    throw new WeirError('missing_api_key', `The request carries no API key. ${howTo(dialect)}`);
  let latest = latestKeys.get(connection);
  if (latest?.key !== key) {
    if (!isWellFormedApiKey(key)) {
      throw new WeirError(
        'invalid_api_key',
        `This is not an API key of ours, or a part of it is missing. ${howTo(dialect)}`,
      );
    }
    latestKeys.set(connection, (latest = { key, hash: hashSecret(key) }));
  }
  const { hash } = latest;
  return (
    callers.known(hash) ??
    callers.lookUp(hash, address).then((caller) => {
      if (!caller) throw new WeirError('invalid_api_key', `There is no such API key. ${howTo(dialect)}`);
      return caller;
    })
  );
}

function howTo(dialect: DialectName): string {
  return `Send it as \`${HEADERS[dialect]} sk-weir-…\`; keys are made in the dashboard.`;
}
