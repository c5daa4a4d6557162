import { newId } from '@weir/core/ids';
import type { SqlDatabase } from '@weir/db/sql';

/** Ends an attribute, an element and a script, and runs `hit` if it is taken for markup in any of them. @param what tells it from others. */
export const payload = (what: number): string =>
  `<img src=x onerror=hit(${what})>"'</script><script>hit(${what})</script>`;
export const PAYLOAD = payload(1);
/** The same where blanks are not allowed, */
export const PAYLOAD_WITHOUT_BLANKS = `<img/src=x/onerror=hit(3)>"'</script><script>hit(4)</script>`;
/** and where little is. */
export const SHORT_PAYLOAD = `<img src=x onerror=hit(5)>"'`;

/** Who looks. */
export interface Viewer {
  readonly userId: string;
  readonly accountId: string;
  /** What is put there. */
  readonly payload: string;
  /** As the product seals what has to be read again. */
  readonly seal: (text: string, context: string) => string;
}

/** What of the world is put there by somebody, and shown to somebody. */
export interface HostileString {
  readonly what: string;
  /** Puts the payload there, past every check of what may be written; for the user who looks, and their account. */
  readonly put: (sql: SqlDatabase['sql'], viewer: Viewer) => PromiseLike<unknown>;
  /** Where it is shown. */
  readonly pages: readonly string[];
  /** In the name of the button that has to be pressed to see it. */
  readonly opened?: string;
}

/** A field that people or vendors fill, and that a page shows, has its row here. */
export const HOSTILE_STRINGS: readonly HostileString[] = [
  {
    what: 'a user name',
    put: (sql, { userId, payload }) => sql`update users set username = ${payload} where id = ${userId}`,
    pages: ['/settings', '/admin/accounts'],
  },
  {
    what: 'the name of an API key',
    put: (sql, { accountId, payload }) =>
      sql`update api_keys set name = ${payload} where account_id = ${accountId}`,
    pages: ['/keys', '/activity'],
  },
  {
    what: 'the name of a passkey',
    put: (
      sql,
      { userId, payload },
    ) => sql`insert into passkeys (id, user_id, credential_id, public_key, counter, transports, name)
      values ('pky_0', ${userId}, 'x', 'x', 0, '{}', ${payload})`,
    pages: ['/settings/security'],
  },
  {
    what: 'the device and the address of a session',
    put: (sql, { userId, payload }) =>
      sql`update sessions set device = ${payload}, address = ${payload} where user_id = ${userId}`,
    pages: ['/settings/security'],
  },
  {
    what: 'an e-mail address in a notice',
    put: (sql, { userId, payload }) => sql`insert into notices (id, user_id, kind, name, data)
      values ('ntc_0', ${userId}, 'security', 'email_changed', jsonb_build_object('newEmail', ${payload}::text))`,
    pages: ['/notices'],
  },
  {
    what: 'an e-mail address of somebody else',
    put: (sql, { userId, payload }) =>
      sql`update users set email = ${payload} where email = 'second@example.com' and id <> ${userId}`,
    pages: ['/admin/accounts'],
  },
  {
    what: 'what a lawful request rests on',
    put: (sql, { accountId, payload }) =>
      sql`insert into legal_holds (account_id, reference) values (${accountId}, ${payload})`,
    pages: ['/admin/legal'],
  },
  {
    what: 'a line of the audit log',
    put: (sql, { payload }) => sql`insert into audit_log (id, actor_kind, actor_id, action, target_id, after)
      values ('aud_0', 'cli', ${payload}, 'account.set_group', ${payload}, jsonb_build_object('groupId', ${payload}::text))`,
    pages: ['/admin/audit'],
  },
  {
    what: 'a vendor',
    put: (sql, { payload }) => sql`insert into channels (id, vendor, dialect, base_url, region)
      values ('chn_0', ${payload}, 'openai-chat', 'https://vendor.example/v1', ${payload})`,
    pages: ['/admin/channels'],
  },
  {
    what: 'a group of accounts',
    put: (
      sql,
      { payload },
    ) => sql`with made as (insert into account_groups (id) values (${payload}) returning id)
      select id from made`,
    pages: ['/admin/accounts/ACCOUNT'],
  },
  {
    what: 'an announcement',
    put: (sql, { userId, payload }) => sql`
      with words as (
        select jsonb_build_object('texts', jsonb_object_agg(locale,
          jsonb_build_object('title', ${payload}::text, 'text', ${payload}::text))) as data
        from unnest(array['en', 'zh-CN']) as locale
      ), announced as (
        insert into announcements (id, notice, data, recipients)
        select 'ann_0', 'service_announcement', data, 1 from words returning data
      )
      insert into notices (id, user_id, kind, name, data, announcement_id)
      select 'ntc_1', ${userId}, 'service', 'service_announcement', data, 'ann_0' from announced`,
    pages: ['/notices', '/overview', '/admin/announcements'],
  },
  {
    what: 'the address of a webhook',
    put: (sql, { userId, payload }) => sql`
      insert into notice_webhooks (user_id, url, sealed_secret) values (${userId}, ${payload}, 'x')`,
    pages: ['/settings/webhook'],
  },
  {
    what: 'why a webhook did not take a notice',
    put: (sql, { userId, payload }) => sql`
      insert into webhook_deliveries (id, user_id, notice_id, state, attempts, last_error)
      values ('whd_0', ${userId}, 'ntc_0', 'failed', 10, ${payload})`,
    pages: ['/settings/webhook'],
  },
  {
    what: 'who found a key',
    put: (sql, { userId, payload }) => sql`insert into notices (id, user_id, kind, name, data)
      values ('ntc_2', ${userId}, 'security', 'key_leaked', jsonb_build_object(
        'keyId', 'key_0', 'keyName', 'CI', 'last4', '0000', 'scanner', ${payload}::text))`,
    pages: ['/notices'],
  },
  {
    what: 'a phone number',
    put: (sql, { userId, payload }) => sql`update users set phone = ${payload} where id = ${userId}`,
    pages: ['/settings'],
  },
  {
    what: 'what a movement of the balance refers to',
    put: (sql, { accountId, payload }) => sql`
      with entered as (
        insert into entries (account_id, id, kind, amount_nano_usd, ref)
        values (${accountId}, 'ent_0', 'adjustment', 1, ${payload})
      )
      update accounts set balance_nano_usd = balance_nano_usd + 1 where id = ${accountId}`,
    pages: ['/statement'],
  },
  ...(['recipient', 'subject', 'text'] as const).map((part) => mailWith(part)),
];

/** A mail in the outbox; a notice's title, its subject, has the names of keys in it. */
function mailWith(part: 'recipient' | 'subject' | 'text'): HostileString {
  const id = newId('mail');
  const subject = `Hello, ${part}`;
  return {
    what: `the ${part} of a mail`,
    put: (sql, { seal, payload }) => {
      const { recipient, ...said } = {
        recipient: 'ada@example.com',
        subject,
        text: 'Hello',
        [part]: payload,
      };
      return sql`
        insert into mails (id, recipient, locale, letter, sealed_text, done_at)
        values (${id}, ${recipient}, 'en', 'notice', ${seal(JSON.stringify(said), id)}, now())`;
    },
    pages: ['/admin/outbox'],
    ...(part === 'text' && { opened: subject }),
  };
}
