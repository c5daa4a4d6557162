import type { CaptureLogView } from '../captures/capture-view.ts';
import type { ListedKeyView } from '../keys/key-view.ts';

/** An account as the staff sees it: whose it is and what moves on it, never what was said. Money in nanoUsd. */
export interface ConsoleAccountRow {
  accountId: string;
  userId: string | null;
  email: string | null;
  username: string | null;
  staffRole: string | null;
  groupId: string | null;
  concurrencyMax: number | null;
  balanceNanoUsd: string;
  heldNanoUsd: string;
  createdAt: string;
}

export interface ConsoleAccountPage {
  items: ConsoleAccountRow[];
  nextCursor: string | null;
}

export interface ConsoleAccountView extends ConsoleAccountRow {
  /** Calls under way. */
  running: number;
  /** The newest hundred. */
  keys: ListedKeyView[];
  /** Who switched captures of its keys on and off; the newest twenty. */
  captureLog: CaptureLogView[];
  /** Of the last 30 days. */
  usage: { requests: number; failed: number; spendNanoUsd: string };
  /** The groups that there are. */
  groups: { groupId: string; marginPpm: number }[];
}
