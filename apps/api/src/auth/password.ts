import { hash, verify } from '@node-rs/argon2';

/** OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane. */
export const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Nobody's, made with the same parameters. */
export const DECOY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$hmlwUPMceNVBT/W7uZ5vWA$nXTOuWuKqMQBZ1oXpeiTPAfULXJcqm61PQfTUBroT78';

/** argon2id in PHC form. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2ID);
}

/**
 * Whether the password is the hash's. Without a hash (an unknown person, or one who has no password) the same work is
 * done for nothing, so that the time taken does not tell who exists.
 */
export async function verifyPassword(
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  const matches = await verify(passwordHash ?? DECOY_HASH, password);
  return matches && passwordHash !== null && passwordHash !== undefined;
}
