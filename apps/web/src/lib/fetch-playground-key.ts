import type { PlaygroundKey } from './api-types.ts';
import { ChatError } from './chat-stream.ts';

/** What `/playground/key` answers with where it gives no key. */
interface Refused {
  message: string;
  reauthenticate?: true;
}

/**
 * A key for the playground. It spends money, so a session that was left open gets one once its person has confirmed who
 * they are: at most once in the hour for which the key lives.
 * @param confirm has them do so; resolves to whether they did.
 * @throws {ChatError} with what to tell them.
 */
export async function fetchPlaygroundKey(
  confirm: () => Promise<boolean>,
  ask: () => Promise<Response> = () => fetch('/playground/key', { method: 'POST' }),
): Promise<PlaygroundKey> {
  const response = await ask();
  const body: unknown = await response.json();
  if (response.ok) return body as PlaygroundKey;
  const { message, reauthenticate } = body as Refused;
  if (reauthenticate && (await confirm())) return fetchPlaygroundKey(async () => false, ask);
  throw new ChatError(message);
}
