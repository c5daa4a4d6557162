import { LIFETIMES } from '@weir/db/lifetimes';
import type { PolicySection, PolicyText } from '@weir/db/schema';
import { CAPTURE_HOURS_MAX } from '../captures/capture-inputs.ts';
import type { PolicyFacts } from './policy-facts.ts';

export function privacyEn(facts: PolicyFacts): PolicyText {
  return {
    title: 'Privacy policy',
    sections: [...whatIsKept(facts), ...whatIsNotKept(facts), ...whoSeesIt(facts), ...whatIsYours(facts)],
  };
}

/** Who is meant where the policy says “us”. */
function responsible({ name, legalEntity }: PolicyFacts['brand']): string {
  return legalEntity ?? `whoever runs ${name}`;
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

function whatIsKept({ brand, retentionDays, hasArchive, sessionDays }: PolicyFacts): PolicySection[] {
  const { name, contact, region, collects, logging } = brand;
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
      heading: 'What comes with your account',
      paragraphs: ['As you use the account, we also keep:'],
      items: [
        `for each place where you are signed in: the browser and the system, ${logging.sourceIp ? 'the network address, ' : ''}when you signed in and when you last came; it goes when you sign out, after ${days(sessionDays.idle)} without use, and after ${days(sessionDays.total)} in any case`,
        `a random mark of each browser that you signed in with, stored as a hash, so that we can tell you of a new one; it goes after ${days(LIFETIMES.unusedDeviceDays)} without use`,
        'if you set up a second factor: the secret of your authenticator app (encrypted), the public part and the name of each passkey, and recovery codes as hashes',
        'your keys: their names and limits, and the key itself as a hash only',
        `what we told you and whether you read it, your language, and which policies you accepted and when${logging.sourceIp ? `; the network address in what we told you of a sign-in goes after ${days(retentionDays)}` : ''}`,
        ...expiringItems(brand),
        'for good, where somebody reported that one of your keys was found in public: the key’s number and hash, who reported it and when',
      ],
    },
    {
      heading: 'What we keep of your money',
      paragraphs: ['Top-ups, charges and the balance, as our books need them.'],
    },
    {
      heading: 'What we keep of your calls',
      paragraphs: [
        'For each call: when it was made, with which key, the model, the vendor that served it, the number of tokens, how it ended, how long it took, and what it cost.',
        logging.sourceIp
          ? 'Also the network address that it came from.'
          : 'Not the network address that it came from.',
        `${
          hasArchive
            ? `After ${days(retentionDays)} these records${logging.sourceIp ? ', without the network address,' : ''} go to an archive: a database apart, where they stand under the numbers of your account and key until your account is deleted, unless the law has us keep them.`
            : `These records are deleted after ${days(retentionDays)}, unless the law has us keep them.`
        } Sums by hour and day, and the charges in the books, stay.`,
      ],
    },
  ];
}

function expiringItems({ debugCapture }: PolicyFacts['brand']): string[] {
  const { mailDays, bulkMailDays, webhookDeliveryDays, attemptDays, proofFailureDays } = LIFETIMES;
  return [
    `mail to you, for ${days(mailDays)}, and where everybody is written to, for ${days(bulkMailDays)}`,
    `if you set a webhook, what was posted to it and with what success, for ${days(webhookDeliveryDays)}`,
    `how often signing in or a code was tried of late, for ${days(attemptDays)}, under a keyed hash of the account and of the network address: the address can’t be read from it`,
    `if you set up a second factor, how often a wrong one was given in a row: until a right one is, or ${days(proofFailureDays)} after the last delay is over`,
    ...(debugCapture.allowed
      ? ['for good, under numbers alone: that the capture of a key’s calls was switched on or off, and when']
      : []),
  ];
}

function whatIsNotKept({ brand }: PolicyFacts): PolicySection[] {
  return [
    {
      heading: 'What we don’t keep',
      paragraphs: [
        'What you send to a model and what it answers is passed on and kept nowhere with us: it is in memory until the call ends. Nobody of our staff can see it, and nothing of it trains a model of ours.',
        ...(brand.debugCapture.allowed
          ? [
              `One exception is yours to make: you may switch on a capture of the calls of one key, for yourself alone. It is off unless you switch it on, and for ${CAPTURE_HOURS_MAX} hours at most. What is captured is sealed for the browser you switch it on in: we can’t read it, and it is deleted when the time is over.`,
            ]
          : []),
      ],
    },
    {
      heading: 'What we use it for',
      paragraphs: [
        'To serve your calls and to charge them, to keep accounts and the service safe, and to help you when you ask. Nothing of it is sold, or shown to advertisers.',
      ],
    },
  ];
}

function whoSeesIt({ brand, vendors }: PolicyFacts): PolicySection[] {
  return [
    {
      heading: 'Who gets what you send',
      paragraphs: [
        'A call goes to a vendor that serves the model you name, and to nobody else; should one fail, to another that serves it. What the vendor does with it, and in which country, is for the vendor’s own policy to say.',
        vendors.length > 0 ? 'The vendors at present:' : 'At present there is no vendor.',
      ],
      ...(vendors.length > 0 && { items: vendors }),
    },
    {
      heading: 'Who else sees your data',
      paragraphs: [
        'Our staff see accounts, balances and the records of calls, each as far as their role needs it. Whatever they change is written to a log that nobody can alter; it names people by a number alone.',
        'Mail to you goes through a mail server.',
        `Where the law obliges us, we hand over what we have of one account, or keep it from being deleted for as long as we have to. Either is written to that log. What you said to a model is not among it: we don’t have it${brand.debugCapture.allowed ? ', and what you captured we can’t read' : ''}.`,
      ],
    },
    {
      heading: 'How it is protected',
      paragraphs: [
        'Passwords, keys, sessions and codes are stored as hashes, other secrets encrypted. Vendors are called over TLS with their certificates checked, unless the vendor is a server of our own network. You can use a second factor, see where you are signed in, and end any session or key at once; we write to you when somebody signs in with a browser that is new.',
      ],
    },
  ];
}

function whatIsYours({ brand, graceDays }: PolicyFacts): PolicySection[] {
  const { contact } = brand;
  const us = responsible(brand);
  return [
    {
      heading: 'Cookies',
      paragraphs: [
        'One that keeps you signed in, one for the minutes between your password and your second factor, one by which we know your browser again, and up to three that remember your language, your colours and your time zone. None follows you anywhere.',
      ],
    },
    {
      heading: 'Your rights',
      paragraphs: [
        'In the settings you can see and correct what we have of you, and download all of it.',
        graceDays > 0
          ? `There you can also have your account deleted. Keys and sessions end at once; for ${days(graceDays)} you can take it back; then everything that says who you are is erased. The books stay, under numbers that lead to nobody.`
          : 'There you can also have your account deleted. Keys and sessions end at once, and within the hour everything that says who you are is erased. The books stay, under numbers that lead to nobody.',
        `For anything else, ${contact.email ? `write to ${contact.email}` : `turn to ${us}`}.`,
        'When this policy changes, the dashboard says so and asks you to read it. Former versions stay readable.',
      ],
    },
  ];
}
