/** A line of the audit log. */
export interface AuditRow {
  auditId: string;
  at: string;
  actorKind: 'staff' | 'cli' | 'system';
  /** A user's id; of the command line, the name under which the operating system knows its caller. */
  actorId: string | null;
  /** Of a person who is still there. */
  actorEmail: string | null;
  actorRole: string | null;
  action: string;
  targetId: string | null;
  accountId: string | null;
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
}

export interface AuditPage {
  items: AuditRow[];
  nextCursor: string | null;
}
