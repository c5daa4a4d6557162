import type { Locale } from './locale.ts';

/** What the text of a letter is made with. */
export interface LetterFacts {
  brandName: string;
  /** Eight digits in two groups. */
  code: string;
  url: string;
}

interface LetterText {
  subject: string;
  text: string;
}

type LetterTexts = Record<Locale, (facts: LetterFacts) => LetterText>;

/** Letters to an address, whoever reads there. Nothing that a stranger typed stands in them. */
export const LETTER_TEXTS = {
  sign_up_code: {
    en: ({ brandName, code }) => ({
      subject: `${code} is your ${brandName} code`,
      text: `Enter this code to create your ${brandName} account:\n\n    ${code}\n\nIt works once, for 15 minutes. If you did not ask for an account, ignore this mail.`,
    }),
    'zh-CN': ({ brandName, code }) => ({
      subject: `${brandName} 验证码：${code}`,
      text: `请输入以下验证码，完成 ${brandName} 账户注册：\n\n    ${code}\n\n验证码 15 分钟内有效，仅可使用一次。如果您没有注册账户，请忽略此邮件。`,
    }),
  },
  email_change_code: {
    en: ({ brandName, code }) => ({
      subject: `${code} is your ${brandName} code`,
      text: `Enter this code to use this address for your ${brandName} account:\n\n    ${code}\n\nIt works once, for 15 minutes. If you did not ask for this, ignore this mail.`,
    }),
    'zh-CN': ({ brandName, code }) => ({
      subject: `${brandName} 验证码：${code}`,
      text: `请输入以下验证码，将此邮箱设为您的 ${brandName} 登录邮箱：\n\n    ${code}\n\n验证码 15 分钟内有效，仅可使用一次。如果不是您本人操作，请忽略此邮件。`,
    }),
  },
  recovery: {
    en: ({ brandName, url }) => ({
      subject: `Set a new ${brandName} password`,
      text: `With this link you set a new password. It works once, for 30 minutes:\n\n${url}\n\nIf you did not ask for it, ignore this mail: your password stays as it is.`,
    }),
    'zh-CN': ({ brandName, url }) => ({
      subject: `重设 ${brandName} 密码`,
      text: `请通过以下链接设置新密码。链接 30 分钟内有效，仅可使用一次：\n\n${url}\n\n如果不是您本人操作，请忽略此邮件，密码不会改变。`,
    }),
  },
  email_undo: {
    en: ({ brandName, url }) => ({
      subject: `The e-mail of your ${brandName} account was changed`,
      text: `Your ${brandName} account no longer has this address. If that was you, there is nothing to do.\n\nIf it wasn’t, take it back within 72 hours. That ends all sessions, removes the password, and revokes passkeys, apps and API keys made since a day before the change:\n\n${url}`,
    }),
    'zh-CN': ({ brandName, url }) => ({
      subject: `您的 ${brandName} 登录邮箱已更改`,
      text: `您的 ${brandName} 账户已不再使用此邮箱。如果是您本人操作，无需理会。\n\n如果不是，请在 72 小时内通过以下链接撤销。撤销后所有登录都会退出，原密码作废，自更改前一天以来新增的通行密钥、身份验证器和 API 密钥也会失效：\n\n${url}`,
    }),
  },
} as const satisfies Record<string, LetterTexts>;
