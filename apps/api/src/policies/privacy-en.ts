import type { PolicySection, PolicyText } from '@weir/db/schema';
import type { PolicyFacts } from './policy-facts.ts';

const PAYMENT_NAMES = {
  card: 'card',
  alipay: 'Alipay',
  wechat_pay: 'WeChat Pay',
  bank_transfer: 'bank transfer',
};

export function privacyEn(facts: PolicyFacts): PolicyText {
  return { title: 'Privacy policy', sections: [...whatIsKept(facts), ...whatIsNotKept(facts)] };
}

/** Who is meant where the policy says “us”. */
function responsible({ name, legalEntity }: PolicyFacts['brand']): string {
  return legalEntity ?? `whoever runs ${name}`;
}

function whatIsKept({ brand, retentionDays }: PolicyFacts): PolicySection[] {
  const { name, contact, region, collects, logging, paymentMethods } = brand;
  const us = responsible(brand);
  return [
    {
      heading: 'Who is responsible',
      paragraphs: [
        `${name} is run by ${us}${contact.address ? `, ${contact.address}` : ''}.`,
        ...(region ? [`It runs in the region ${region}.`] : []),
      ],
    },
    {
      heading: 'What we keep of you',
      paragraphs: ['To have an account with us, you give:'],
      items: [
        'your e-mail address and a user name',
        'a password, which is stored as a hash that can’t be turned back',
        ...(collects.phone ? ['a phone number, if you choose to'] : []),
        'the address that your notices are posted to, if you set a webhook',
      ],
    },
    {
      heading: 'What we keep of your money',
      paragraphs: [
        'Top-ups, charges and the balance, as our books need them.',
        ...(paymentMethods.length > 0
          ? [
              `Payments (${paymentMethods.map((method) => PAYMENT_NAMES[method]).join(', ')}) are made at a payment service. We never see a card’s or a bank account’s number; we keep the order, its amount and its state.`,
            ]
          : []),
      ],
    },
    {
      heading: 'What we keep of your calls',
      paragraphs: [
        'For each call: when it was made, with which key, the model, the vendor that served it, the number of tokens, how it ended, how long it took, and what it cost.',
        logging.sourceIp
          ? 'Also the network address that it came from.'
          : 'Not the network address that it came from.',
        `These records are deleted after ${retentionDays} days. Sums by hour and day, and the charges in the books, stay.`,
      ],
    },
  ];
}

function whatIsNotKept({ brand, vendors }: PolicyFacts): PolicySection[] {
  const { contact, debugCapture } = brand;
  const us = responsible(brand);
  return [
    {
      heading: 'What we don’t keep',
      paragraphs: [
        'What you send to a model and what it answers is passed on and kept nowhere with us: it is in memory until the call ends. Nobody of our staff can see it, and nothing of it trains a model of ours.',
        ...(debugCapture.allowed
          ? [
              'One exception is yours to make: you may switch on a capture of the calls of one key, for yourself alone. It is off unless you switch it on.',
            ]
          : []),
      ],
    },
    {
      heading: 'Who gets what you send',
      paragraphs: [
        'A call goes to a vendor that serves the model you name, and to nobody else. What the vendor does with it, and in which country, is for the vendor’s own policy to say.',
        vendors.length > 0 ? 'The vendors at present:' : 'At present there is no vendor.',
      ],
      ...(vendors.length > 0 && { items: vendors }),
    },
    {
      heading: 'Cookies',
      paragraphs: [
        'One that keeps you signed in, and up to three that remember your language, your colours and your time zone. None follows you anywhere.',
      ],
    },
    {
      heading: 'Your rights',
      paragraphs: [
        `You can see what is recorded of you, have it corrected, and have your account deleted; what the law has us keep of payments stays, without your name. ${contact.email ? `Write to ${contact.email}.` : `Turn to ${us}.`}`,
        'When this policy changes, the dashboard says so and asks you to read it. Former versions stay readable.',
      ],
    },
  ];
}
