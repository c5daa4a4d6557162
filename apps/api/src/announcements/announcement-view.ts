export interface AnnouncementView {
  announcementId: string;
  kind: string;
  title: string;
  text: string;
  /** Told by the gateway itself: a policy that was published. It can't be withdrawn, as the policy stays in force. */
  isOfPolicy: boolean;
  /** `telling`: some have it by now. */
  state: 'queued' | 'telling' | 'told' | 'withdrawn';
  /** The people it is for, and those who have it. */
  recipients: number;
  reached: number;
  /** ISO 8601. */
  publishedAt: string;
  /** ISO 8601. */
  withdrawnAt: string | null;
}

export interface AnnouncementPage {
  items: AnnouncementView[];
  nextCursor: string | null;
}

export interface AnnouncementPreview {
  /** What it will be called: published twice, it is told once. */
  announcementId: string;
  /** Everybody who is here now, and how many of them are mailed. */
  recipients: number;
  mailed: number;
}

export interface PublishedView {
  announcementId: string;
  recipients: number;
}
