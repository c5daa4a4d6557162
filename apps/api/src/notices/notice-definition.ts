import type { noticeKind } from '@weir/db/schema';
import type { z } from 'zod';
import type { Locale } from './locale.ts';

export type NoticeKind = (typeof noticeKind.enumValues)[number];

export interface NoticeText {
  title: string;
  /** What happened, and what to do. */
  text: string;
}

export interface NoticeDefinition<Data extends z.ZodObject = z.ZodObject> {
  /** Decides whether its holder may keep it from being mailed. */
  kind: NoticeKind;
  /** What the text is made with. It is stored as it is: nothing that lets anybody in, nothing of a prompt. */
  data: Data;
  /** The page of the dashboard where something can be done about it. */
  path: `/${string}`;
  texts: Record<Locale, (data: z.output<Data>) => NoticeText>;
}

/** Ties the texts of a notice to its data. */
export function defineNotice<Data extends z.ZodObject>(definition: NoticeDefinition<Data>) {
  return definition;
}
