import { z } from 'zod';

export const versionId = z
  .string()
  .max(64, 'is no version of a policy')
  .regex(/^\P{Cc}*$/u, 'is no version of a policy');

/** The versions that a person was shown. */
export const policyVersionIds = z.array(versionId).max(10, 'are more than there are policies');
