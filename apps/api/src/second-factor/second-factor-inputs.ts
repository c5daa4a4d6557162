import { z } from 'zod';
import { givenPassword } from '../auth/auth-inputs.ts';
import { NO_PAYMENT_DATA } from '../no-payment-data.ts';

/** Of an app, 6 digits; or a recovery code. */
export const code = z.string('Write the code.').trim().min(1, 'Write the code.').max(64, 'This is no code.');

export const pendingToken = z.string().min(1, 'is no sign-in').max(200, 'is no sign-in');

export const passkeyName = z
  .string('Give the passkey a name.')
  .trim()
  .min(1, 'Give the passkey a name.')
  .max(64, 'A passkey’s name has at most 64 characters.')
  .regex(/^\P{Cc}*$/u, 'A passkey’s name has no control characters.')
  .refine(...NO_PAYMENT_DATA);

const passkeyId = z
  .string()
  .max(64, 'is no passkey')
  .regex(/^\P{Cc}*$/u, 'is no passkey');

/** A post-quantum signature takes some thousand characters. */
const base64url = z
  .string()
  .max(16_384, 'is too long')
  .regex(/^[\w-]*$/, 'is no base64url');

const credential = {
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
};

/** What `navigator.credentials.create()` gives, in JSON. */
const createdPasskey = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(8).default([]),
  }),
});

/** What `navigator.credentials.get()` gives, in JSON. */
const usedPasskey = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.exactOptional(),
  }),
});

export type CreatedPasskey = z.output<typeof createdPasskey>;
export type UsedPasskey = z.output<typeof usedPasskey>;

export const codeInput = z.object({ code });
export const pendingInput = z.object({ pendingToken });
export const pendingCodeInput = z.object({ pendingToken, code });
export const pendingPasskeyInput = z.object({ pendingToken, passkey: usedPasskey });
export const passkeySignInInput = z.object({ passkey: usedPasskey });
export const reauthenticateInput = z.union(
  [
    z.strictObject({ password: givenPassword }),
    z.strictObject({ code }),
    z.strictObject({ passkey: usedPasskey }),
  ],
  'Send a password, a code, or a passkey.',
);
export const addPasskeyInput = z.object({ name: passkeyName, passkey: createdPasskey });
export const renamePasskeyInput = z.object({ passkeyId, name: passkeyName });
export const removePasskeyInput = z.object({ passkeyId });
