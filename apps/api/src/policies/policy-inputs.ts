import { z } from 'zod';

export const versionId = z
  .string()
  .max(64, 'is no version of a policy')
  .regex(/^\P{Cc}*$/u, 'is no version of a policy');

/** The versions that a person was shown. They are kept until the sign-up is confirmed: nothing else may stand there. */
export const policyVersionIds = z
  .array(z.string().regex(/^pol_[0-9a-z]{26}$/, 'is no version of a policy'))
  .max(10, 'are more than there are policies');
