/** Of cards: 13 to 19 digits, in groups or not, that begin as the large networks' do. */
const CARD = /(?<!\d)(?:[3-6]|2[2-7])(?:[ -]?\d){11,18}(?!\d)/g;
/** Of bank accounts (ISO 13616), in groups of four or not. */
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?\b/g;

/** Whether the number of a card or of a bank account stands in the text: such are not for us to keep, whatever they are called. */
export function hasPaymentData(text: string): boolean {
  return (text.match(CARD) ?? []).some(isCardNumber) || (text.match(IBAN) ?? []).some(isIban);
}

/** By its check digit, after Luhn (ISO/IEC 7812-1). */
function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '');
  const values = Array.from(digits, Number).toReversed();
  const doubled = values.map((value, at) => (at % 2 === 0 ? value : value * 2));
  const sum = doubled.reduce((total, value) => total + (value > 9 ? value - 9 : value), 0);
  return digits.length >= 13 && sum % 10 === 0;
}

/** By its check digits: the whole, its first four characters moved to the end and letters taken for numbers, is 1 modulo 97. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(' ', '');
  const moved = compact.slice(4) + compact.slice(0, 4);
  const digits = Array.from(moved, (one) => Number.parseInt(one, 36)).join('');
  return BigInt(digits) % 97n === 1n;
}
