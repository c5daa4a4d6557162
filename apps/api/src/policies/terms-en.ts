import type { PolicyText } from '@weir/db/schema';
import type { PolicyFacts } from './policy-facts.ts';

export function termsEn({ brand }: PolicyFacts): PolicyText {
  const { name, legalEntity, contact, currencies } = brand;
  const us = legalEntity ?? `whoever runs ${name}`;
  return {
    title: 'Terms of use',
    sections: [
      {
        heading: 'What this is',
        paragraphs: [
          `${name} passes your calls on to vendors of models, counts the tokens, and charges them to a balance that you top up beforehand (in ${currencies.join(', ')}). Your contract is with ${us}.`,
        ],
      },
      {
        heading: 'What you pay',
        paragraphs: [
          'The price that is shown for the model at the moment of the call, to the token. A call that fails and gives you nothing costs nothing. What a call may cost at most is set aside while it runs, so that the balance never goes below zero by calling.',
        ],
      },
      {
        heading: 'Your keys',
        paragraphs: [
          'Whoever has one of your keys spends your balance. Keep keys and password to yourself, and revoke a key that got out: it stops working at once.',
        ],
      },
      {
        heading: 'What you may not do',
        paragraphs: [
          'Break the law, or a vendor’s rules for the model that you call; attack the service, or use it for attacks; get around its limits.',
        ],
      },
      {
        heading: 'What we can’t promise',
        paragraphs: [
          'Models make mistakes, and vendors fail. What a model answers is not our advice. We pass errors on as they are, and charge no more than was delivered.',
        ],
      },
      {
        heading: 'The end of it',
        paragraphs: [
          `You can stop at any time.${contact.email ? ` For anything else, write to ${contact.email}.` : ''} When these terms change, the dashboard says so and asks you to read them.`,
        ],
      },
    ],
  };
}
