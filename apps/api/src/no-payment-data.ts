import { hasPaymentData } from '@weir/core/payment-data';

/** For `refine`, on what people call things: numbers of cards and of bank accounts are kept nowhere. */
export const NO_PAYMENT_DATA = [
  (text: string) => !hasPaymentData(text),
  'This looks like the number of a card or of a bank account, which we do not keep.',
] as const;
