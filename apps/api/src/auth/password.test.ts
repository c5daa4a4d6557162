import { parseOptions } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { ARGON2ID, DECOY_HASH, hashPassword, verifyPassword } from './password.ts';

describe('a password', () => {
  it('is verified against its own hash alone', async () => {
    const passwordHash = await hashPassword('correct horse battery');
    expect(await verifyPassword(passwordHash, 'correct horse battery')).toBe(true);
    expect(await verifyPassword(passwordHash, 'Correct horse battery')).toBe(false);
  });

  it('is never right for a person without a hash, not even the decoy’s own', async () => {
    expect(await verifyPassword(undefined, 'Nobody has this password.')).toBe(false);
    expect(await verifyPassword(null, 'Nobody has this password.')).toBe(false);
  });

  it('costs the same to check whether there is a hash or not', async () => {
    const real = parseOptions(await hashPassword('correct horse battery'));
    expect(real).toMatchObject({ algorithm: 2, ...ARGON2ID });
    expect(parseOptions(DECOY_HASH)).toEqual(real);
  });
});
