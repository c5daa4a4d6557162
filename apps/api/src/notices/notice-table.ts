import type { z } from 'zod';
import type { Locale } from './locale.ts';
import { announcementNotices } from './announcement-notices.ts';
import { channelNotices } from './channel-notices.ts';
import { leavingNotices } from './leaving-notices.ts';
import type { NoticeDefinition, NoticeKind, NoticeText } from './notice-definition.ts';
import { securityNotices } from './security-notices.ts';
import { signInNotices } from './sign-in-notices.ts';
import { spendingNotices } from './spending-notices.ts';
import { webhookNotices } from './webhook-notices.ts';

/** Everything that people are told, by its name. A name that has been stored keeps its place here. */
export const NOTICES = {
  ...securityNotices,
  ...signInNotices,
  ...leavingNotices,
  ...spendingNotices,
  ...channelNotices,
  ...webhookNotices,
  ...announcementNotices,
};

export type NoticeName = keyof typeof NOTICES;
export type NoticeData<Name extends NoticeName> = z.input<(typeof NOTICES)[Name]['data']>;

export interface RenderedNotice extends NoticeText {
  kind: NoticeKind;
  path: string;
}

/** The words of a stored notice; undefined for one whose name is no longer in the table. */
export function renderNotice(
  name: string,
  data: Readonly<Record<string, unknown>>,
  locale: Locale,
): RenderedNotice | undefined {
  const table: Record<string, NoticeDefinition> = NOTICES;
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  const parsed = definition?.data.safeParse(data);
  if (!definition || !parsed?.success) return undefined;
  return { ...definition.texts[locale](parsed.data), kind: definition.kind, path: definition.path };
}
