import type { PolicyText } from '@weir/db/schema';
import type { PolicyFacts } from './policy-facts.ts';

export function termsZhCn({ brand }: PolicyFacts): PolicyText {
  const { name, legalEntity, contact, currencies } = brand;
  const us = legalEntity ?? `${name} 的运营方`;
  return {
    title: '服务条款',
    sections: [
      {
        heading: '服务内容',
        paragraphs: [
          `${name} 把您的调用转给模型厂商，按 token 计量，从预充余额（${currencies.join('、')}）中扣费。与您订立合同的是${us}。`,
        ],
      },
      {
        heading: '费用',
        paragraphs: [
          '按调用当时所示的模型价格计费，精确到 token。调用失败且没有产出时不收费。调用进行期间会冻结其可能产生的最高费用，因此调用不会使余额低于零。',
        ],
      },
      {
        heading: '密钥',
        paragraphs: [
          '持有您密钥的人就能使用您的余额。请妥善保管密钥和密码；密钥一旦泄露，请立即吊销，吊销即时生效。',
        ],
      },
      {
        heading: '禁止行为',
        paragraphs: [
          '不得违反法律，不得违反所调用模型厂商的规则；不得攻击本服务，或利用本服务实施攻击；不得绕过限制。',
        ],
      },
      {
        heading: '我们无法保证的事',
        paragraphs: [
          '模型会出错，厂商也会故障。模型的回答不代表我们的意见。错误会如实转达，收费不超过实际交付的部分。',
        ],
      },
      {
        heading: '终止',
        paragraphs: [
          `您可以随时停止使用。${contact.email ? `其他事宜请写信到 ${contact.email}。` : ''}条款如有变更，控制台会提示并请您阅读。`,
        ],
      },
    ],
  };
}
