import type { PolicyText } from '@weir/db/schema';
import type { PolicyFacts } from './policy-facts.ts';

const PAYMENT_NAMES = { card: '银行卡', alipay: '支付宝', wechat_pay: '微信支付', bank_transfer: '银行转账' };

export function privacyZhCn({ brand, retentionDays, vendors }: PolicyFacts): PolicyText {
  const { name, legalEntity, contact, region, collects, logging, debugCapture, paymentMethods } = brand;
  const us = legalEntity ?? `${name} 的运营方`;
  return {
    title: '隐私政策',
    sections: [
      {
        heading: '谁对您的数据负责',
        paragraphs: [
          `${name} 由${us}运营${contact.address ? `，地址：${contact.address}` : ''}。`,
          ...(region ? [`服务部署在 ${region} 区域。`] : []),
        ],
      },
      {
        heading: '我们保存您的哪些信息',
        paragraphs: ['开立账户时，您需要提供：'],
        items: [
          '邮箱地址和用户名',
          '密码：只保存无法还原的哈希值',
          ...(collects.phone ? ['电话号码：由您自行决定是否填写'] : []),
          '接收通知的 Webhook 地址：仅在您设置时保存',
        ],
      },
      {
        heading: '与资金有关的记录',
        paragraphs: [
          '充值、扣费和余额，用于记账和对账。',
          ...(paymentMethods.length > 0
            ? [
                `付款（${paymentMethods.map((method) => PAYMENT_NAMES[method]).join('、')}）由第三方支付机构处理。我们接触不到您的卡号或银行账号，只保存订单、金额和状态。`,
              ]
            : []),
        ],
      },
      {
        heading: '与调用有关的记录',
        paragraphs: [
          '每次调用记录：时间、所用密钥、模型、提供服务的厂商、token 数、结果、耗时和费用。',
          logging.sourceIp ? '同时记录发起调用的网络地址。' : '不记录发起调用的网络地址。',
          `以上记录保存 ${retentionDays} 天后删除；按小时和按天的汇总，以及账簿中的扣费，会继续保留。`,
        ],
      },
      {
        heading: '我们不保存什么',
        paragraphs: [
          '您发给模型的内容和模型的回复，只在内存中转发，调用结束即消失，我们不留存。我们的员工看不到，也不会用于训练。',
          ...(debugCapture.allowed
            ? ['唯一的例外由您自己决定：您可以为某个密钥开启调用抓取，仅供您本人查看。不主动开启就不会有。']
            : []),
        ],
      },
      {
        heading: '您发送的内容会交给谁',
        paragraphs: [
          '调用只会转给提供您所指定模型的厂商，不会交给其他任何人。厂商如何处理、在哪个国家处理，以厂商自己的政策为准。',
          vendors.length > 0 ? '目前的厂商：' : '目前没有接入厂商。',
        ],
        ...(vendors.length > 0 && { items: vendors }),
      },
      {
        heading: 'Cookie',
        paragraphs: ['一个用来保持登录，另有至多三个用来记住语言、外观和时区。没有任何跟踪用途。'],
      },
      {
        heading: '您的权利',
        paragraphs: [
          `您可以查看、更正我们保存的信息，也可以要求删除账户；法律要求保留的交易记录会在去除身份信息后保留。${contact.email ? `请写信到 ${contact.email}。` : `请联系${us}。`}`,
          '本政策如有变更，控制台会提示并请您阅读；历史版本始终可以查阅。',
        ],
      },
    ],
  };
}
