export interface WebhookDeliveryView {
  deliveryId: string;
  /** The name of the notice; `test` for a test. */
  name: string;
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  /** The HTTP status of the last answer; null where there was none. */
  lastStatus: number | null;
  /** Why there was none, e.g. `ECONNREFUSED`, `ADDRESS_REFUSED`. */
  lastError: string | null;
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601; null when it won't be tried again. */
  nextTryAt: string | null;
}

export interface WebhookView {
  url: string;
  /** Until then the secret before the last rotation signs as well. ISO 8601. */
  previousSecretEndsAt: string | null;
  /** Nothing has been taken since then. ISO 8601. */
  failingSince: string | null;
  /** By the gateway, as it failed for days. ISO 8601. */
  switchedOffAt: string | null;
  /** Of the last days, newest first. */
  deliveries: WebhookDeliveryView[];
}

export interface WebhookSecretView {
  /** `whsec_…`, shown this once; null where it stays what it was. */
  secret: string | null;
}
