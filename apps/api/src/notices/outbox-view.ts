/** A mail that waits for an operator, as far as it lets nobody in. */
export interface OutboxMail {
  mailId: string;
  recipient: string;
  /** A code in it is hidden. */
  subject: string;
  /** ISO 8601. */
  createdAt: string;
}

/** What a mail says, with its code or link. */
export interface OpenedMail {
  mailId: string;
  subject: string;
  text: string;
}
