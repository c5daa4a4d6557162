import type { Api } from './api.ts';
import { formText } from './form-text.ts';

type MadePasskey = Parameters<Api['secondFactor']['passkeys']['add']['mutate']>[0]['passkey'];
type UsedPasskey = Parameters<Api['auth']['signInWithPasskey']['mutate']>[0]['passkey'];

/** What a browser answered when a passkey was made or used. Whether it is that, and which, the api looks at. */
export function formPasskey(form: FormData): (MadePasskey & UsedPasskey) | undefined {
  try {
    return JSON.parse(formText(form, 'passkey'));
  } catch {
    return undefined;
  }
}
