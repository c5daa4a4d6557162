import { LIFETIMES } from '@weir/db/lifetimes';
import type { PolicySection, PolicyText } from '@weir/db/schema';
import { CAPTURE_HOURS_MAX } from '../captures/capture-inputs.ts';
import type { PolicyFacts } from './policy-facts.ts';

export function privacyZhCn(facts: PolicyFacts): PolicyText {
  return {
    title: '隐私政策',
    sections: [...whatIsKept(facts), ...whatIsNotKept(facts), ...whoSeesIt(facts), ...whatIsYours(facts)],
  };
}

function responsible({ name, legalEntity }: PolicyFacts['brand']): string {
  return legalEntity ?? `${name} 的运营方`;
}

function whatIsKept({ brand, retentionDays, hasArchive, sessionDays }: PolicyFacts): PolicySection[] {
  const { name, contact, region, collects, logging } = brand;
  return [
    {
      heading: '谁对您的数据负责',
      paragraphs: [
        `${name} 由${responsible(brand)}运营${contact.address ? `，地址：${contact.address}` : ''}。`,
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
      heading: '随账户产生的信息',
      paragraphs: ['使用账户期间，我们还会保存：'],
      items: [
        `每处登录的浏览器和操作系统、${logging.sourceIp ? '网络地址、' : ''}登录时间和最近使用时间；退出登录、${sessionDays.idle} 天未使用或登录满 ${sessionDays.total} 天后删除`,
        `您登录过的每个浏览器的随机标识（仅保存哈希值），用于在新浏览器登录时提醒您；${LIFETIMES.unusedDeviceDays} 天未使用后删除`,
        '如果您设置了两步验证：验证器应用的密钥（加密保存）、每个通行密钥的公钥和名称、恢复代码的哈希值',
        'API 密钥的名称和限额；密钥本身只保存哈希值',
        `发给您的通知及已读状态、您的语言，以及您何时接受了哪些政策${logging.sourceIp ? `；登录提醒中的网络地址在 ${retentionDays} 天后删除` : ''}`,
        ...expiringItems(brand),
        '如果有人报告在公开场合发现了您的密钥：密钥的编号和哈希值、报告方和报告时间，长期保存',
      ],
    },
    {
      heading: '与资金有关的记录',
      paragraphs: ['充值、扣费和余额，用于记账和对账。'],
    },
    {
      heading: '与调用有关的记录',
      paragraphs: [
        '每次调用记录：时间、所用密钥、模型、提供服务的厂商、token 数、结果、耗时和费用。',
        logging.sourceIp ? '同时记录发起调用的网络地址。' : '不记录发起调用的网络地址。',
        `${
          hasArchive
            ? `以上记录保存 ${retentionDays} 天后${logging.sourceIp ? '去除网络地址并' : ''}转入归档数据库，仅以账户和密钥的编号保存，直至账户删除，法律要求继续保留的除外`
            : `以上记录保存 ${retentionDays} 天后删除，法律要求继续保留的除外`
        }；按小时和按天的汇总，以及账簿中的扣费，会继续保留。`,
      ],
    },
  ];
}

function expiringItems({ debugCapture }: PolicyFacts['brand']): string[] {
  const { mailDays, bulkMailDays, webhookDeliveryDays, attemptDays, proofFailureDays } = LIFETIMES;
  return [
    `发给您的邮件，保存 ${mailDays} 天；发给全体用户的邮件，保存 ${bulkMailDays} 天`,
    `如果您设置了 Webhook：推送记录及结果，保存 ${webhookDeliveryDays} 天`,
    `近期尝试登录和输入验证码的次数，保存 ${attemptDays} 天；账户和网络地址仅以带密钥的哈希值记录，无法还原`,
    `如果您设置了两步验证：连续验证失败的次数，验证成功或最后一次限制解除 ${proofFailureDays} 天后删除`,
    ...(debugCapture.allowed ? ['何时为哪个密钥开启或关闭了调用抓取，仅以编号长期保存'] : []),
  ];
}

function whatIsNotKept({ brand }: PolicyFacts): PolicySection[] {
  return [
    {
      heading: '我们不保存什么',
      paragraphs: [
        '您发给模型的内容和模型的回复，只在内存中转发，调用结束即消失，我们不留存。我们的员工看不到，也不会用于训练。',
        ...(brand.debugCapture.allowed
          ? [
              `唯一的例外由您自己决定：您可以为某个密钥开启调用抓取，仅供您本人查看。不主动开启就不会有，且最长 ${CAPTURE_HOURS_MAX} 小时。抓取的内容只针对您开启时所用的浏览器加密，我们无法读取，到时即删除。`,
            ]
          : []),
      ],
    },
    {
      heading: '我们用这些信息做什么',
      paragraphs: [
        '提供调用服务并计费，保障账户和服务的安全，以及在您求助时为您提供支持。我们不出售这些信息，也不提供给广告商。',
      ],
    },
  ];
}

function whoSeesIt({ brand, vendors }: PolicyFacts): PolicySection[] {
  return [
    {
      heading: '您发送的内容会交给谁',
      paragraphs: [
        '调用只会转给提供您所指定模型的厂商，不会交给其他任何人；如果一家出现故障，会转给同样提供该模型的另一家。厂商如何处理、在哪个国家处理，以厂商自己的政策为准。',
        vendors.length > 0 ? '目前的厂商：' : '目前没有接入厂商。',
      ],
      ...(vendors.length > 0 && { items: vendors }),
    },
    {
      heading: '还有谁能看到您的数据',
      paragraphs: [
        '我们的员工可以查看账户、余额和调用记录，范围以各自职责所需为限。他们的每一次更改都会写入任何人都无法改动的日志，其中只以编号指代个人。',
        '发给您的邮件会经过邮件服务器。',
        `法律要求时，我们会提供某个账户的现有数据，或在规定期限内保留而不删除。两种情况都会写入上述日志。您与模型的对话内容不在其中：我们没有保存${brand.debugCapture.allowed ? '，您抓取的内容我们也无法读取' : ''}。`,
      ],
    },
    {
      heading: '如何保护您的数据',
      paragraphs: [
        '密码、密钥、登录会话和验证码只保存哈希值，其他机密信息加密保存。除我们自有网络内的服务器外，连接厂商一律使用 TLS 并校验证书。您可以启用两步验证，查看登录过的设备，并随时立即结束任何会话或停用任何密钥；有新浏览器登录时，我们会通知您。',
      ],
    },
  ];
}

function whatIsYours({ brand, graceDays }: PolicyFacts): PolicySection[] {
  const { contact } = brand;
  return [
    {
      heading: 'Cookie',
      paragraphs: [
        '一个用来保持登录，一个用于输入密码到完成两步验证之间的几分钟，一个用来识别您用过的浏览器，另有至多三个用来记住语言、外观和时区。没有任何跟踪用途。',
      ],
    },
    {
      heading: '您的权利',
      paragraphs: [
        '您可以在设置中查看、更正我们保存的信息，并全部下载。',
        graceDays > 0
          ? `您也可以在设置中删除账户：密钥和登录立即失效，${graceDays} 天内可以撤回；此后所有能识别您身份的信息都会清除，账簿记录仅以无法对应到个人的编号保留。`
          : '您也可以在设置中删除账户：密钥和登录立即失效，一小时内所有能识别您身份的信息都会清除，账簿记录仅以无法对应到个人的编号保留。',
        `其他事宜，${contact.email ? `请写信到 ${contact.email}。` : `请联系${responsible(brand)}。`}`,
        '本政策如有变更，控制台会提示并请您阅读；历史版本始终可以查阅。',
      ],
    },
  ];
}
