/**
 * For how many days is kept what goes by itself. The job that removes it, the inventory of data and the privacy policy go by these.
 */
export const LIFETIMES = {
  /** Mail to one person, sent or not. */
  mailDays: 1,
  /** Mail that everybody gets, which takes longer to be sent. */
  bulkMailDays: 7,
  /** What was posted to webhooks; by then it is not tried any more. */
  webhookDeliveryDays: 7,
  /** How often something was tried of late; no delay is longer. */
  attemptDays: 1,
  /** Wrong proofs in a row, from the end of the last delay on. */
  proofFailureDays: 1,
  /** A browser that was not used for so long counts as a new one. */
  unusedDeviceDays: 365,
} as const;
