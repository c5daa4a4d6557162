/** What a sign-in answers with. */
export interface SessionView {
  sessionToken: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** The person who is signed in. */
export interface MeView {
  userId: string;
  accountId: string;
  email: string;
  username: string;
  phone: string | null;
  staffRole: string | null;
  /** False for a person who has signed in by a link only. */
  hasPassword: boolean;
  createdAt: string;
}
