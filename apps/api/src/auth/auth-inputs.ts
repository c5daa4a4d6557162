import { z } from 'zod';
import { NO_PAYMENT_DATA } from '../no-payment-data.ts';
import { LOCALES } from '../notices/locale.ts';
import { policyVersionIds } from '../policies/policy-inputs.ts';

/** Lower-cased, at most 254 characters. */
export const email = z
  .string('Write your e-mail address.')
  .trim()
  .toLowerCase()
  .max(254, 'An e-mail address has at most 254 characters.')
  .pipe(z.email('Write an e-mail address like name@example.com.'));

export const username = z
  .string('Write a user name.')
  .trim()
  .min(3, 'A user name has at least 3 characters.')
  .max(32, 'A user name has at most 32 characters.')
  .regex(/^[A-Za-z0-9_.-]*$/, 'A user name is made of letters A–Z, digits, and . _ -')
  .refine(...NO_PAYMENT_DATA);

/** With its country code, without blanks. */
export const phone = z
  .string('Write a phone number.')
  .transform((text) => text.replaceAll(/[\s().-]/g, ''))
  .pipe(
    z.string().regex(/^\+[1-9]\d{6,14}$/, 'Write a phone number with its country code, like +49 30 123456.'),
  );

export const newPassword = z
  .string('Write a password.')
  .min(10, 'A password has at least 10 characters.')
  .max(200, 'A password has at most 200 characters.');

/** What a person types to prove who they are: any text, since the rules for new passwords may have changed. */
export const givenPassword = z
  .string('Write your password.')
  .max(200, 'A password has at most 200 characters.');

/** What the person is written to in. */
export const locale = z.enum(LOCALES).default('en');

export const emailCodeId = z.string().regex(/^cod_[0-9a-z]{26}$/, 'This is no code’s id.');

/** Blanks don't count: it is mailed in two groups. */
export const code = z
  .string('Write the code.')
  .transform((text) => text.replaceAll(/\s/g, ''))
  .pipe(z.string().regex(/^\d{8}$/, 'The code has 8 digits.'));

export const signUpInput = z.object({
  email,
  username,
  password: newPassword,
  locale,
  /** Only where the brand's profile takes one. */
  phone: phone.optional(),
  /** The versions that stood beside the button. Of one that is left out the person will be asked later. */
  acceptedPolicyIds: policyVersionIds.default([]),
});
export const confirmSignUpInput = z.object({ signUpId: emailCodeId, code });
export const resendSignUpCodeInput = z.object({ signUpId: emailCodeId, locale });
export const signInInput = z.object({ email, password: givenPassword });
export const linkInput = z.object({
  token: z.string().min(1, 'The link has no token.').max(200, 'This is no link of ours.'),
});
export const requestRecoveryInput = z.object({ email, locale });
export const resetPasswordInput = linkInput.extend({ newPassword });
