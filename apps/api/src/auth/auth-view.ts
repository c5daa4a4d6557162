import type { ActiveCaptureView } from '../captures/capture-view.ts';
import type { DeletionView } from '../leaving/deletion-view.ts';

/** What a sign-up answers with. */
export interface SignUpView {
  /** Under which the mailed code is typed in. */
  signUpId: string;
}

/** A session that was opened, or goes on under a new token. */
export interface SessionView {
  sessionToken: string;
  /** ISO 8601. At the latest: one that isn't used ends before. */
  expiresAt: string;
}

/** What a right password or link is answered with. */
export type SignInView =
  | ({ state: 'signed_in' } & SessionView)
  | {
      state: 'second_factor';
      /** Good for giving the second factor, and nothing else. */
      pendingToken: string;
      /** ISO 8601. */
      expiresAt: string;
      hasTotp: boolean;
      hasPasskey: boolean;
    };

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
  /** `required`: it is off, and what is for the staff is closed to this person until it is on. */
  secondFactor: 'on' | 'off' | 'required';
  hasTotp: boolean;
  hasPasskey: boolean;
  createdAt: string;
  /** Null unless the account is to be deleted. */
  deletion: DeletionView | null;
  /** Captures of the account’s keys that are on. */
  captures: ActiveCaptureView[];
}
