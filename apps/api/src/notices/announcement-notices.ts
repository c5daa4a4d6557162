import { z } from 'zod';
import { LOCALES, type Locale } from './locale.ts';
import { defineNotice, type NoticeText } from './notice-definition.ts';

const text = z.object({ title: z.string(), text: z.string() });

/** An operator's own words, by language; never in all of them where the brand does not offer all. */
const ownWords = z.object({ texts: z.partialRecord(z.enum(LOCALES), text) });

type OwnWords = z.output<typeof ownWords>;

/** In the language asked for, or else in the first that it was written in. */
const inLocale =
  (locale: Locale) =>
  ({ texts }: OwnWords): NoticeText =>
    texts[locale] ?? Object.values(texts)[0] ?? { title: '', text: '' };

const OWN_WORDS = { en: inLocale('en'), 'zh-CN': inLocale('zh-CN') };

/** What everybody is told. */
export const announcementNotices = {
  service_announcement: defineNotice({
    kind: 'service',
    data: ownWords,
    path: '/notices',
    texts: OWN_WORDS,
  }),
  policy_announcement: defineNotice({ kind: 'policy', data: ownWords, path: '/notices', texts: OWN_WORDS }),
  privacy_published: defineNotice({
    kind: 'policy',
    data: z.object({ versionId: z.string() }),
    path: '/legal/privacy',
    texts: {
      en: () => ({
        title: 'The privacy policy has changed',
        text: 'A new version is in force. Please read it.',
      }),
      'zh-CN': () => ({ title: '隐私政策已更新', text: '新版隐私政策现已生效，请阅读。' }),
    },
  }),
  terms_published: defineNotice({
    kind: 'policy',
    data: z.object({ versionId: z.string() }),
    path: '/legal/terms',
    texts: {
      en: () => ({
        title: 'The terms of use have changed',
        text: 'A new version is in force. Please read it.',
      }),
      'zh-CN': () => ({ title: '服务条款已更新', text: '新版服务条款现已生效，请阅读。' }),
    },
  }),
};
