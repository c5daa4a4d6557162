import type { Db } from '@weir/db/connect';
import { users, type webhookDeliveries } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { findNotice } from '../notices/find-notice.ts';
import { asLocale, type Locale } from '../notices/locale.ts';
import type { NoticeText } from '../notices/notice-definition.ts';

type Delivery = typeof webhookDeliveries.$inferSelect;

const TEST_TEXTS: Readonly<Record<Locale, NoticeText>> = {
  en: { title: 'A test of your webhook', text: 'Your notices are posted like this one.' },
  'zh-CN': { title: 'Webhook 测试', text: '您的通知将以同样的方式推送。' },
};

/** What is posted: what the notice says in its person's language, and no more. */
export interface WebhookBody {
  /** `notice.` and its name, or `test`. */
  type: string;
  /** When the person was told, ISO 8601. */
  timestamp: string;
  data: {
    /** Null in a test. */
    noticeId: string | null;
    kind: string;
    name: string;
    title: string;
    text: string;
    /** The page of the dashboard where something can be done about it. */
    url: string;
    /** ISO 8601. */
    createdAt: string;
  };
}

/** @returns undefined for a notice that is gone, or was withdrawn. */
export async function composeWebhook(
  db: Db,
  { noticeId, userId, createdAt }: Delivery,
  webUrl: string,
): Promise<WebhookBody | undefined> {
  const [person] = await db.select({ locale: users.locale }).from(users).where(eq(users.id, userId));
  if (!person) return undefined;
  const locale = asLocale(person.locale);
  if (noticeId === null) {
    const told = { kind: 'test', name: 'test', ...TEST_TEXTS[locale], path: '/settings/webhook' };
    return bodyOf('test', { ...told, noticeId, createdAt }, webUrl);
  }
  const notice = await findNotice(db, noticeId, locale);
  return notice && bodyOf(`notice.${notice.name}`, { ...notice, noticeId }, webUrl);
}

interface Said extends NoticeText {
  noticeId: string | null;
  kind: string;
  name: string;
  path: string;
  createdAt: Date;
}

function bodyOf(type: string, said: Said, webUrl: string): WebhookBody {
  const { noticeId, kind, name, title, text, path } = said;
  const createdAt = said.createdAt.toISOString();
  return {
    type,
    timestamp: createdAt,
    data: { noticeId, kind, name, title, text, url: `${webUrl}${path}`, createdAt },
  };
}
