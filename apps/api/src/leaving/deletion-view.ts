/** An account that is to be deleted, while that can be taken back. ISO 8601. */
export interface DeletionView {
  requestedAt: string;
  /** When the personal data are erased, at the earliest. */
  eraseAfter: string;
}
