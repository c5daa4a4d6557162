import type { Database } from '@weir/db/connect';

/**
 * Takes the network address out of what people were told of their sign-ins, once requests of that day are deleted too;
 * not where a law wants everything of the account kept.
 */
export async function forgetAddresses({ sql }: Pick<Database, 'sql'>, retentionDays: number): Promise<void> {
  await sql`
    update notices set data = data || '{"address": null}'
    from users where users.id = notices.user_id
      and data ->> 'address' is not null
      and notices.created_at < now() - make_interval(days => ${retentionDays})
      and not exists (select from legal_holds where legal_holds.account_id = users.account_id)`;
}
