import type { BrandProfile } from './brand-profile.ts';

/** What a gateway is before anybody has said whose it is: it collects as little as it can, and promises nothing in a name. */
export const NEUTRAL: BrandProfile = {
  name: 'Weir',
  contact: {},
  collects: { phone: false },
  logging: { sourceIp: false },
  debugCapture: { allowed: false },
  currencies: ['USD'],
  paymentMethods: [],
  locales: ['en', 'zh-CN'],
};
