import { expect, it } from 'vitest';
import { hasPaymentData } from './payment-data.ts';

it.each([
  '4111111111111111',
  '4111 1111 1111 1111',
  'my card 5555-5555-5555-4444, until 2030',
  '378282246310005',
  '2223003122003222',
  'DE89370400440532013000',
  'GB82 WEST 1234 5698 7654 32',
  'to NL91ABNA0417164300.',
])('“%s” has the number of a card or of an account in it', (text) => {
  expect(hasPaymentData(text)).toBe(true);
});

it.each([
  '',
  'production',
  '4111111111111112',
  '20261130120000',
  '20261130-1200-0000',
  '555-0199',
  'DE89370400440532013001',
  'WEIR1234',
  'sk-weir-4111111111111111111111111111111',
  '7992739871300000',
])('“%s” has none', (text) => {
  expect(hasPaymentData(text)).toBe(false);
});
