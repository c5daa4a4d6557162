/** A notice in the language that was asked for. */
export interface NoticeView {
  noticeId: string;
  kind: string;
  title: string;
  text: string;
  /** The page of the dashboard where something can be done about it. */
  path: string;
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601; null = not read yet. */
  readAt: string | null;
}

export interface NoticePage {
  items: NoticeView[];
  nextCursor: string | null;
}

export interface NoticePreferencesView {
  /** What the person is written to in. */
  locale: string;
  /** A balance below this is told of. A decimal string. */
  lowBalanceNanoUsd: string;
  /** Every kind: whether it is mailed, whether that can be switched off, and whether it is posted to the webhook. */
  kinds: { kind: string; mailed: boolean; canBeSwitchedOff: boolean; posted: boolean }[];
}
