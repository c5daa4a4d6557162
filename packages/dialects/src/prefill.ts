import type { Message } from './call.ts';
import type { DialectName } from './dialect-name.ts';
import { unsupported } from './unsupported.ts';

/*
 * A conversation may end with the model's own turn. Whether the reply then goes on from it, or answers it, is another
 * thing in one dialect than in the next, and so is never left to chance.
 */

/** Whether the reply is to go on from the last message. */
export function endsInPrefill(messages: readonly Message[]): boolean {
  return messages.at(-1)?.prefill === true;
}

/** Whether the last message is a turn of the model's that is over. */
export function endsInTurn(messages: readonly Message[]): boolean {
  const last = messages.at(-1);
  return last?.role === 'assistant' && !last.prefill;
}

/** @throws {WeirError} `invalid_request` when the reply is to go on from the last message. */
export function refusePrefill(messages: readonly Message[], dialect: DialectName): void {
  if (!endsInPrefill(messages)) return;
  throw unsupported('messages', dialect, 'a last message of the assistant’s from which the reply goes on');
}

/** @throws {WeirError} `invalid_request` when the last turn is the model's, from which this vendor's reply would go on. */
export function refuseLastTurn(messages: readonly Message[], dialect: DialectName): void {
  if (!endsInTurn(messages)) return;
  throw unsupported(
    'messages',
    dialect,
    'a last message of the assistant’s from which the reply does not go on (one from which it does has "prefix": true in openai-chat)',
  );
}
