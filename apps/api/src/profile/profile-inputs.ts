import { z } from 'zod';
import {
  code,
  email,
  emailCodeId,
  givenPassword,
  newPassword,
  phone,
  username,
} from '../auth/auth-inputs.ts';

export const updateProfileInput = z.object({ username });

/** Null takes the number away. */
export const setPhoneInput = z.object({ phone: phone.nullable() });

/** `currentPassword` may be left out by a person who has none yet. */
export const changePasswordInput = z.object({ currentPassword: givenPassword.optional(), newPassword });

export const changeEmailInput = z.object({ newEmail: email, currentPassword: givenPassword });
export const confirmEmailInput = z.object({ changeId: emailCodeId, code });
