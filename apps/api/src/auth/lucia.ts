import { randomUUID } from 'node:crypto';
import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle';
import { hashSecret } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { sessions, users } from '@weir/db/schema';
import { and, eq, gt, sql, type SQL } from 'drizzle-orm';
import { generateIdFromEntropySize, Lucia, TimeSpan, type Adapter } from 'lucia';
import { secretLookUps } from './secret-look-ups.ts';

/* The one file that knows Lucia: what the rest of the server needs of it is `Sessions`. */

/** 200 bits, as Lucia's own. */
const TOKEN_BYTES = 25;
/** In base 32, as Lucia writes them. */
const TOKEN = /^[a-z2-7]{40}$/;
/** The last use is written when the one on record is older: not with every request. */
const LAST_USE_STEP_MS = 5 * 60 * 1000;

export interface SessionRules {
  /** Without a use in this time a session ends. */
  idleMs: number;
  /** However much it is used, a session ends so long after the sign-in. */
  totalMs: number;
  /** So many sessions that there are not are looked up for an address. */
  unknownPerMinuteMax: number;
}

/** What a person is shown of a session, to know it again. */
export interface SessionPlace {
  device: string | null;
  address: string | null;
}

export interface NewSession {
  /** Shown to the person's browser and never stored. */
  sessionToken: string;
  /** At the latest. */
  expiresAt: Date;
}

export interface FoundSession {
  sessionId: string;
  userId: string;
  accountId: string;
  authenticatedAt: Date;
}

/** The sessions of people who signed in. */
export interface Sessions {
  /** @param db a transaction, where the session is to be there only if the rest of it is. */
  create(db: Db, userId: string, place: SessionPlace): Promise<NewSession>;
  /**
   * A token that can't be one dies on its form; a flood of made-up ones ends before the database.
   * @param address where the person is.
   * @returns whose session it is; undefined when it has ended or never was.
   * @throws {WeirError} `rate_limited` after too many unknown ones from there.
   */
  find(sessionToken: string, address: string): Promise<FoundSession | undefined>;
  /**
   * Exchanges the token for a new one, for a person who has just proved who they are.
   * @throws {WeirError} `not_signed_in` when the session has ended meanwhile.
   */
  renew(sessionToken: string): Promise<NewSession>;
  /**
   * Exchanges the token for a new one where what the session may do has changed. When the person last proved who they
   * are stays as it was.
   * @throws {WeirError} as above.
   */
  replaceToken(sessionToken: string): Promise<NewSession>;
  /** Does nothing to a session that has ended already. */
  end(sessionToken: string): Promise<void>;
  /** Removes the rows of sessions whose time is over. */
  deleteExpired(): Promise<void>;
}

export function luciaSessions(db: Db, rules: SessionRules): Sessions {
  const lucia = newLucia(db, rules);
  const lookUps = secretLookUps('sessions', rules.unknownPerMinuteMax);
  const endOf = ({ createdAt }: { createdAt: Date }) => new Date(createdAt.getTime() + rules.totalMs);
  const exchange = async (sessionToken: string, changes: { authenticatedAt?: SQL }): Promise<NewSession> => {
    const renewed = generateIdFromEntropySize(TOKEN_BYTES);
    const [session] = await db
      .update(sessions)
      .set({ id: hashSecret(renewed), ...changes })
      .where(and(eq(sessions.id, hashSecret(sessionToken)), gt(sessions.expiresAt, sql`now()`)))
      .returning({ createdAt: sessions.createdAt });
    if (!session) throw new WeirError('not_signed_in', 'The session has ended. Sign in again.');
    lookUps.met(hashSecret(renewed));
    return { sessionToken: renewed, expiresAt: endOf(session) };
  };
  return {
    async create(within, userId, place) {
      const now = new Date();
      const session = await newLucia(within, rules).createSession(userId, {
        publicId: randomUUID(),
        createdAt: now,
        lastUsedAt: now,
        authenticatedAt: now,
        device: place.device,
        address: place.address,
      });
      lookUps.met(hashSecret(session.id));
      return { sessionToken: session.id, expiresAt: endOf(session) };
    },
    async find(sessionToken, address) {
      if (!TOKEN.test(sessionToken)) return undefined;
      const found = await lookUps.find(hashSecret(sessionToken), address, async () => {
        const valid = await lucia.validateSession(sessionToken);
        return valid.user === null ? undefined : valid;
      });
      if (!found) return undefined;
      const { user, session } = found;
      await noteUse(db, sessionToken, session.lastUsedAt, {
        idleMs: rules.idleMs,
        end: endOf(session),
      });
      const { publicId: sessionId, authenticatedAt } = session;
      return { sessionId, userId: user.id, accountId: user.accountId, authenticatedAt };
    },
    renew: (sessionToken) => exchange(sessionToken, { authenticatedAt: sql`now()` }),
    replaceToken: (sessionToken) => exchange(sessionToken, {}),
    end: (sessionToken) => lucia.invalidateSession(sessionToken),
    deleteExpired: () => lucia.deleteExpiredSessions(),
  };
}

/** Writes down the use, and moves the session's end on by it. */
async function noteUse(
  db: Db,
  sessionToken: string,
  lastUsedAt: Date,
  { idleMs, end }: { idleMs: number; end: Date },
): Promise<void> {
  const now = new Date();
  if (now.getTime() - lastUsedAt.getTime() < LAST_USE_STEP_MS) return;
  const expiresAt = new Date(Math.min(now.getTime() + idleMs, end.getTime()));
  await db
    .update(sessions)
    .set({ lastUsedAt: now, expiresAt })
    .where(eq(sessions.id, hashSecret(sessionToken)));
}

function newLucia(db: Db, { idleMs, totalMs }: SessionRules) {
  return new Lucia(hashedSessionAdapter(new DrizzlePostgreSQLAdapter(db, sessions, users)), {
    sessionExpiresIn: new TimeSpan(Math.min(idleMs, totalMs), 'ms'),
    getUserAttributes: ({ accountId }) => ({ accountId }),
    getSessionAttributes: (attributes) => attributes,
  });
}

/**
 * Lucia's session id is the token in the person's cookie. Outward it stays that; towards the database it is its
 * SHA-256, so that a stolen table signs nobody in.
 */
function hashedSessionAdapter(table: Adapter): Adapter {
  return {
    async getSessionAndUser(token) {
      const [session, user] = await table.getSessionAndUser(hashSecret(token));
      // Lucia hands the id it finds here back to the methods below, which hash it.
      return [session && { ...session, id: token }, user];
    },
    getUserSessions: (userId) => table.getUserSessions(userId),
    setSession: (session) => table.setSession({ ...session, id: hashSecret(session.id) }),
    // The end moves with each use that is written down; Lucia would move it beyond a session's whole life.
    updateSessionExpiration: async () => {},
    deleteSession: (token) => table.deleteSession(hashSecret(token)),
    deleteUserSessions: (userId) => table.deleteUserSessions(userId),
    deleteExpiredSessions: () => table.deleteExpiredSessions(),
  };
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof newLucia>;
    DatabaseUserAttributes: { accountId: string };
    DatabaseSessionAttributes: Omit<typeof sessions.$inferSelect, 'id' | 'userId' | 'expiresAt'>;
  }
}
