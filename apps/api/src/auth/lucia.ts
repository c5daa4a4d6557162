import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle';
import { hashSecret } from '@weir/core/api-key';
import type { Db } from '@weir/db/connect';
import { sessions, users } from '@weir/db/schema';
import { Lucia, TimeSpan, type Adapter } from 'lucia';

/* The one file that knows Lucia: what the rest of the server needs of it is `Sessions`. */

const SESSION_LIFE = new TimeSpan(30, 'd');

export interface NewSession {
  /** Shown to the person's browser and never stored. */
  sessionToken: string;
  expiresAt: Date;
}

/** The sessions of people who signed in. They live 30 days, and a session used in its second half lives 30 days more. */
export interface Sessions {
  create(userId: string): Promise<NewSession>;
  /** @returns whose session it is; undefined when it has ended or never was. */
  find(sessionToken: string): Promise<{ userId: string; accountId: string } | undefined>;
  /** Does nothing to a session that has ended already. */
  end(sessionToken: string): Promise<void>;
  /** Removes the rows of sessions whose time is over. */
  deleteExpired(): Promise<void>;
}

export function luciaSessions(db: Db): Sessions {
  const lucia = newLucia(db);
  return {
    async create(userId) {
      const session = await lucia.createSession(userId, {});
      return { sessionToken: session.id, expiresAt: session.expiresAt };
    },
    async find(sessionToken) {
      const { user } = await lucia.validateSession(sessionToken);
      return user === null ? undefined : { userId: user.id, accountId: user.accountId };
    },
    end: (sessionToken) => lucia.invalidateSession(sessionToken),
    deleteExpired: () => lucia.deleteExpiredSessions(),
  };
}

function newLucia(db: Db) {
  return new Lucia(hashedSessionAdapter(new DrizzlePostgreSQLAdapter(db, sessions, users)), {
    sessionExpiresIn: SESSION_LIFE,
    getUserAttributes: ({ accountId }) => ({ accountId }),
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
    updateSessionExpiration: (token, expiresAt) =>
      table.updateSessionExpiration(hashSecret(token), expiresAt),
    deleteSession: (token) => table.deleteSession(hashSecret(token)),
    deleteUserSessions: (userId) => table.deleteUserSessions(userId),
    deleteExpiredSessions: () => table.deleteExpiredSessions(),
  };
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof newLucia>;
    DatabaseUserAttributes: { accountId: string };
  }
}
