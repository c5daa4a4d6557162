import { hasPaymentData } from '@weir/core/payment-data';
import { m } from '#lib/paraglide/messages.js';
import { readUsd } from './usd-input.ts';

/** What is wrong with a value, for the person; undefined when nothing is. The api's limits, said before it is asked. */
export type Validator = (value: string) => string | undefined;

const EMAIL_MAX = 254;
const USERNAME = /^[A-Za-z0-9_.-]*$/;
const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;
const NAME_MAX = 64;
/** Calls of one key at a time, at most. */
export const CONCURRENCY_MAX = 10_000;
const ACCOUNT_CONCURRENCY_MAX = 1_000_000;

export const email: Validator = (value) => {
  const text = value.trim();
  if (text === '') return m.invalid_email_missing();
  return text.length > EMAIL_MAX || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? m.invalid_email() : undefined;
};

export const username: Validator = (value) => {
  const text = value.trim();
  if (text.length < 3 || text.length > 32) return m.invalid_username_length();
  if (!USERNAME.test(text)) return m.invalid_username_characters();
  return hasPaymentData(text) ? m.invalid_payment_data() : undefined;
};

export const newPassword: Validator = (value) => {
  if (value.length < PASSWORD_MIN) return m.invalid_password_short({ min: PASSWORD_MIN });
  return value.length > PASSWORD_MAX ? m.invalid_password_long({ max: PASSWORD_MAX }) : undefined;
};

/** Eight digits, in two groups or not. */
export const code: Validator = (value) =>
  /^\d{8}$/.test(value.replaceAll(/\s/g, '')) ? undefined : m.invalid_code();

export const password: Validator = (value) => (value === '' ? m.invalid_password_missing() : undefined);

const CODE_MAX = 64;

/** Six digits of an app, or a recovery code. */
export const secondFactorCode: Validator = (value) => {
  const text = value.trim();
  return text === '' || text.length > CODE_MAX ? m.invalid_factor_code() : undefined;
};

const named =
  (missing: () => string): Validator =>
  (value) => {
    const text = value.trim();
    if (text === '') return missing();
    if (text.length > NAME_MAX) return m.invalid_key_name_long({ max: NAME_MAX });
    return hasPaymentData(text) ? m.invalid_payment_data() : undefined;
  };

export const passkeyName: Validator = named(m.invalid_passkey_name_missing);
export const keyName: Validator = named(m.invalid_key_name_missing);

/** What can't be undone is asked for by its name. */
export const typedName =
  (name: string): Validator =>
  (value) =>
    value.trim() === name ? undefined : m.key_name_mismatch();

/** Empty is none. */
export const phone: Validator = (value) => {
  const text = value.replaceAll(/[\s().-]/g, '');
  return text === '' || /^\+[1-9]\d{6,14}$/.test(text) ? undefined : m.invalid_phone();
};

/** Empty is no limit. A budget of nothing is refused: whoever types 0 may as well mean "no limit". */
export const budget: Validator = (value) => {
  if (value.trim() === '') return undefined;
  return (readUsd(value) ?? 0n) > 0n ? undefined : m.invalid_budget();
};

/** Empty is no limit. */
export const wholeUpTo =
  (max: number): Validator =>
  (value) => {
    const text = value.trim();
    const isInRange = /^\d{1,10}$/.test(text) && Number(text) >= 1 && Number(text) <= max;
    return text === '' || isInRange ? undefined : m.invalid_limit({ max });
  };

/** Calls of an account at a time. */
export const accountConcurrency: Validator = wholeUpTo(ACCOUNT_CONCURRENCY_MAX);

/** Zero is told of never. */
export const lowBalance: Validator = (value) =>
  (readUsd(value) ?? -1n) >= 0n ? undefined : m.invalid_low_balance();

/** Of an account, as its holder's settings show it. */
export const accountId: Validator = (value) =>
  /^acc_[0-9a-z]{26}$/.test(value.trim()) ? undefined : m.invalid_account_id();

/** What a lawful matter is called. */
export const reference: Validator = (value) =>
  /^\P{Cc}{1,200}$/u.test(value.trim()) ? undefined : m.invalid_reference();

const TITLE_MAX = 120;
const TEXT_MAX = 4_000;

/** One line. */
export const announcementTitle: Validator = (value) => {
  const { length } = value.trim();
  return length === 0 || length > TITLE_MAX ? m.invalid_announcement_title() : undefined;
};

/** Lines are counted as the api does, which has one character between two. */
export const announcementText: Validator = (value) => {
  const { length } = value.replaceAll('\r\n', '\n').trim();
  return length === 0 || length > TEXT_MAX ? m.invalid_announcement_text() : undefined;
};

const URL_MAX = 500;

/** Whether it may be called, the api says. */
export const webhookUrl: Validator = (value) => {
  const text = value.trim();
  return /^https?:\/\/\S+$/i.test(text) && text.length <= URL_MAX && URL.canParse(text)
    ? undefined
    : m.invalid_webhook_url();
};

/** The messages for those of the fields that are wrong. */
export function check(
  values: Readonly<Record<string, string>>,
  validators: Readonly<Record<string, Validator>>,
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [name, validate] of Object.entries(validators)) {
    const error = validate(values[name] ?? '');
    if (error !== undefined) errors[name] = error;
  }
  return errors;
}
