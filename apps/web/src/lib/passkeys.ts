import { startAuthentication, startRegistration, WebAuthnError } from '@simplewebauthn/browser';
import { m } from '#lib/paraglide/messages.js';
import { reauthentication } from './reauthentication.svelte.ts';

/** What a passkey can be wanted for; `/passkey-options/…` answers with what the browser is to ask for. */
export type PasskeyPurpose = 'sign-in' | 'second-factor' | 'confirm' | 'create';

type CreationOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];
type RequestOptions = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/**
 * Has the browser use or make a passkey, and puts the answer into the form as `passkey`.
 * @returns why that failed, for the person; undefined when it did not.
 */
export async function addPasskeyAnswer(purpose: PasskeyPurpose, form: FormData): Promise<string | undefined> {
  if (!('PublicKeyCredential' in window)) return m.passkey_unsupported();
  try {
    const answer =
      purpose === 'create'
        ? await startRegistration({ optionsJSON: await fetchOptions<CreationOptions>(purpose) })
        : await startAuthentication({ optionsJSON: await fetchOptions<RequestOptions>(purpose) });
    form.set('passkey', JSON.stringify(answer));
    return undefined;
  } catch (thrown) {
    return explain(thrown);
  }
}

/** What the server says instead of options. */
interface Refusal {
  message?: string;
  reauthenticate?: true;
}

class Refused extends Error {}

async function fetchOptions<Options>(purpose: PasskeyPurpose): Promise<Options> {
  const response = await fetch(`/passkey-options/${purpose}`, { method: 'POST' });
  const body: Options & Refusal = await response.json();
  if (response.ok) return body;
  if (body.reauthenticate && (await reauthentication.ask())) return fetchOptions(purpose);
  throw new Refused(body.message);
}

function explain(thrown: unknown): string {
  if (thrown instanceof Refused) return thrown.message;
  if (!(thrown instanceof WebAuthnError)) {
    // A dialog of the browser's that was closed, or timed out, is a DOMException; else there was no answer.
    return thrown instanceof DOMException ? m.passkey_not_used() : m.failure_unreachable();
  }
  if (thrown.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') return m.passkey_known();
  const isOtherHost = thrown.code === 'ERROR_INVALID_DOMAIN' || thrown.code === 'ERROR_INVALID_RP_ID';
  return isOtherHost ? m.passkey_wrong_host() : m.passkey_not_used();
}
