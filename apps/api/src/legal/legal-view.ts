/** An account of which a law wants everything kept. */
export interface LegalHoldView {
  accountId: string;
  reference: string;
  placedAt: string;
}
