import { z } from 'zod';
import { cursorOf, pageLimit } from '../page.ts';

export const keyName = z
  .string('Give the key a name.')
  .trim()
  .min(1, 'Give the key a name.')
  .max(64, 'A key’s name has at most 64 characters.')
  .regex(/^\P{Cc}*$/u, 'A key’s name has no control characters.');

/** Well-formed or not, an id that names nothing is `not_found`. */
export const keyId = z
  .string()
  .max(64, 'is no key id')
  .regex(/^\P{Cc}*$/u, 'is no key id');

export const createKeyInput = z.object({ name: keyName });
export const revokeKeyInput = z.object({ keyId });
export const listKeysInput = z.object({ cursor: cursorOf('key').optional(), limit: pageLimit }).prefault({});
