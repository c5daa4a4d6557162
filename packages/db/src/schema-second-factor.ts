import { bigint, index, integer, pgEnum, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, time } from './columns.ts';
import { users } from './schema-users.ts';

const userId = () =>
  text('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

/** A person's authenticator app. */
export const totpFactors = pgTable('totp_factors', {
  userId: userId().primaryKey(),
  /** The shared secret in base 32: AES-256-GCM under `WEIR_SECRET_KEY`, bound to the person's id. */
  sealedSecret: text('sealed_secret').notNull(),
  /** Null until the person has typed a first code: it is asked for from then on. */
  confirmedAt: time('confirmed_at'),
  /** The 30-second step of the last code taken; that one and those before it are refused. */
  lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
  createdAt: createdAt(),
});

/** What signs a person in who has lost their second factor. Each works once. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    userId: userId(),
    /** SHA-256 of the code, hex: of 80 random bits, so that no slower hash is needed. */
    codeHash: text('code_hash').notNull(),
    createdAt: createdAt(),
    usedAt: time('used_at'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.codeHash] })],
);

/** A WebAuthn credential. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: text('id').primaryKey(),
    userId: userId(),
    /** Base64url, as the authenticator gave it. */
    credentialId: text('credential_id').notNull(),
    /** COSE, base64url. */
    publicKey: text('public_key').notNull(),
    /** Grows with each use where the authenticator counts; 0 where it does not. */
    counter: bigint('counter', { mode: 'number' }).notNull(),
    /** How a browser may reach the authenticator, e.g. `internal`, `usb`. */
    transports: text('transports').array().notNull(),
    /** As the person calls it. */
    name: text('name').notNull(),
    createdAt: createdAt(),
    lastUsedAt: time('last_used_at'),
  },
  (t) => [
    uniqueIndex('passkeys_credential_unique').on(t.credentialId),
    index('passkeys_user').on(t.userId, t.id),
  ],
);

export const challengePurpose = pgEnum('challenge_purpose', [
  'register',
  'sign_in',
  'second_factor',
  'reauthenticate',
]);

/** What an authenticator is asked to sign; deleted when it comes back. */
export const passkeyChallenges = pgTable(
  'passkey_challenges',
  {
    /** SHA-256 of the challenge, hex. */
    challengeHash: text('challenge_hash').primaryKey(),
    purpose: challengePurpose('purpose').notNull(),
    /** Null for a sign-in: nobody has said yet who they are. */
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('passkey_challenges_expires').on(t.expiresAt)],
);

/** A person who has given their password, and still has to give their second factor. */
export const pendingSignIns = pgTable(
  'pending_sign_ins',
  {
    /** SHA-256 of the token, hex. */
    tokenHash: text('token_hash').primaryKey(),
    userId: userId(),
    triesLeft: integer('tries_left').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('pending_sign_ins_user').on(t.userId), index('pending_sign_ins_expires').on(t.expiresAt)],
);

/** Tries at a code that have failed since the last one that did not. */
export const proofFailures = pgTable('proof_failures', {
  userId: userId().primaryKey(),
  failures: integer('failures').notNull(),
  /** Until then no further try is looked at. */
  blockedUntil: time('blocked_until').notNull(),
});

/** Browsers in which a person has signed in before, so that another one is told of. */
export const knownDevices = pgTable(
  'known_devices',
  {
    userId: userId(),
    /** SHA-256 of the random token in the browser's cookie, hex. */
    deviceHash: text('device_hash').notNull(),
    lastUsedAt: time('last_used_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.deviceHash] }),
    index('known_devices_last_used').on(t.lastUsedAt),
  ],
);
