import { z } from 'zod';
import { code, email, emailCodeId, givenPassword, newPassword, username } from '../auth/auth-inputs.ts';

export const updateProfileInput = z.object({ username });

/** `currentPassword` may be left out by a person who has none yet. */
export const changePasswordInput = z.object({ currentPassword: givenPassword.optional(), newPassword });

export const changeEmailInput = z.object({ newEmail: email, currentPassword: givenPassword });
export const confirmEmailInput = z.object({ changeId: emailCodeId, code });
