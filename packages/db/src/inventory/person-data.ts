import { LIFETIMES } from '../lifetimes.ts';
import type { OwnedBy, TableInventory } from './table-inventory.ts';

const USER: OwnedBy = { by: 'user', column: 'user_id' };

const days = (count: number) => (count === 1 ? 'a day' : `${count} days`);

/** What belongs to a person, beside the person. */
export const PERSON_DATA: Readonly<Record<string, TableInventory>> = {
  mails: {
    about: `A mail that is to be sent, or was of late; the row goes after ${days(LIFETIMES.mailDays)}, of mail to everybody after ${days(LIFETIMES.bulkMailDays)}`,
    // Most letters name nobody: whose the address is, is looked up when they are sent.
    owner: { ...USER, addressColumn: 'recipient' },
    erased: 'deleted',
    columns: {
      personal: ['recipient'],
      secret: ['sealed_text'],
      technical: [
        'id',
        'locale',
        'letter',
        'user_id',
        'notice_id',
        'code_id',
        'is_bulk',
        'attempts',
        'next_try_at',
        'done_at',
        'created_at',
      ],
    },
  },
  webhook_deliveries: {
    about: `A notice that is to be posted to a webhook, or was of late; the row goes after ${days(LIFETIMES.webhookDeliveryDays)}`,
    owner: USER,
    erased: 'deleted',
    columns: {
      technical: [
        'id',
        'user_id',
        'notice_id',
        'state',
        'attempts',
        'next_try_at',
        'last_tried_at',
        'last_status',
        'last_error',
        'created_at',
      ],
    },
  },
  notices: {
    about: 'What a person was told',
    owner: USER,
    erased: 'deleted',
    columns: {
      personal: ['data'],
      technical: ['id', 'user_id', 'kind', 'name', 'announcement_id', 'created_at', 'read_at'],
    },
  },
  notice_webhooks: {
    about: 'Where a person has their notices posted to',
    owner: USER,
    erased: 'deleted',
    columns: {
      personal: ['url'],
      secret: ['sealed_secret', 'previous_sealed_secret'],
      technical: [
        'user_id',
        'previous_ends_at',
        'created_at',
        'leased_until',
        'failing_since',
        'switched_off_at',
      ],
    },
  },
  notice_preferences: {
    about: 'Whether a person wants a kind of notice mailed, and posted to their webhook',
    owner: USER,
    erased: 'deleted',
    columns: { technical: ['user_id', 'kind', 'mailed', 'posted'] },
  },
  policy_acceptances: {
    about: 'That a person has accepted a version of a policy',
    owner: USER,
    erased: 'deleted',
    columns: { technical: ['user_id', 'version_id', 'accepted_at'] },
  },
  sign_ups: {
    about: 'Somebody who has asked for an account, until they have typed the code',
    owner: 'passing',
    erased: 'deleted',
    columns: {
      personal: ['username', 'phone'],
      secret: ['password_hash'],
      technical: ['code_id', 'locale', 'accepted_policy_ids'],
    },
  },
  email_codes: {
    about: 'A code that was mailed to an address, for minutes; of somebody who signs up it has no person yet',
    owner: USER,
    erased: 'deleted',
    columns: {
      personal: ['email'],
      secret: ['code_hash'],
      technical: ['id', 'purpose', 'user_id', 'tries_left', 'resends_left', 'expires_at', 'created_at'],
    },
  },
  totp_factors: {
    about: 'A person’s authenticator app',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['sealed_secret', 'last_step'], technical: ['user_id', 'confirmed_at', 'created_at'] },
  },
  recovery_codes: {
    about: 'A code for the loss of the second factor',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['code_hash'], technical: ['user_id', 'created_at', 'used_at'] },
  },
  passkeys: {
    about: 'A passkey',
    owner: USER,
    erased: 'deleted',
    columns: {
      personal: ['name'],
      secret: ['credential_id', 'public_key', 'counter'],
      technical: ['id', 'user_id', 'transports', 'created_at', 'last_used_at'],
    },
  },
  passkey_challenges: {
    about: 'What a passkey is asked to sign, for minutes',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['challenge_hash'], technical: ['user_id', 'purpose', 'expires_at'] },
  },
  pending_sign_ins: {
    about: 'A sign-in that waits for the second factor, for minutes',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['token_hash'], technical: ['user_id', 'tries_left', 'expires_at'] },
  },
  proof_failures: {
    about: `Failed tries of a person to prove who they are; go with a right one, or ${days(LIFETIMES.proofFailureDays)} after the last delay`,
    owner: USER,
    erased: 'deleted',
    columns: { technical: ['user_id', 'failures', 'blocked_until'] },
  },
  known_devices: {
    about: `A browser that a person has signed in with; goes after ${days(LIFETIMES.unusedDeviceDays)} without use`,
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['device_hash'], technical: ['user_id', 'last_used_at'] },
  },
  one_time_links: {
    about:
      'A link by which a person signs in once, sets a new password, or takes a change of their e-mail back',
    owner: USER,
    erased: 'deleted',
    columns: {
      personal: ['email'],
      secret: ['token_hash'],
      technical: ['user_id', 'purpose', 'email_changed_at', 'expires_at', 'used_at'],
    },
  },
  sessions: {
    about: 'A person who is signed in, on one device',
    owner: USER,
    erased: 'deleted',
    columns: {
      personal: ['device', 'address'],
      secret: ['id'],
      technical: ['public_id', 'user_id', 'expires_at', 'created_at', 'last_used_at', 'authenticated_at'],
    },
  },
};
