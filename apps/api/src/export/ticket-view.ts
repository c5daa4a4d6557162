/** Leave to download an export. */
export interface TicketView {
  /** Sent as `Authorization: Bearer …` to `GET /export`. */
  ticket: string;
  /** ISO 8601: until then a download may begin. */
  expiresAt: string;
}
