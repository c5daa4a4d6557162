import { z } from 'zod';
import { LOCALES } from '../notices/locale.ts';

/** As they are in a mail's subject, and in a list. */
const TITLE_MAX = 120;
const TEXT_MAX = 4_000;

const title = z
  .string('Write a title.')
  .trim()
  .min(1, 'Write a title.')
  .max(TITLE_MAX, `A title has at most ${TITLE_MAX} characters.`)
  .regex(/^\P{Cc}*$/u, 'A title is one line.');

/** Plain text; a line that is empty parts paragraphs. */
const text = z
  .string('Write a text.')
  .transform((given) => given.replaceAll('\r\n', '\n').trim())
  .pipe(
    z
      .string()
      .min(1, 'Write a text.')
      .max(TEXT_MAX, `A text has at most ${TEXT_MAX} characters.`)
      .regex(/^[\P{Cc}\n\t]*$/u, 'A text is plain text.'),
  );

export const ANNOUNCEMENT_KINDS = ['service', 'policy'] as const;

export const announcementId = z.string().regex(/^ann_[0-9a-z]{26}$/, 'This is no announcement’s id.');

export const announcementInput = z.object({
  announcementId,
  kind: z.enum(ANNOUNCEMENT_KINDS),
  /** By language: all that the brand offers. */
  texts: z.partialRecord(z.enum(LOCALES), z.object({ title, text })),
});

export type AnnouncementInput = z.output<typeof announcementInput>;
