/** The wire formats that a vendor can speak. */
export const VENDOR_DIALECTS = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-gemini',
] as const;

export type VendorDialect = (typeof VENDOR_DIALECTS)[number];

/** A vendor is data: a known dialect at an address, and what is particular about it. */
export interface Vendor {
  /** As stored in `channels.vendor`. */
  readonly id: string;
  readonly name: string;
  readonly dialect: VendorDialect;
  /** What its endpoint does differently. */
  readonly quirks?: Partial<VendorQuirks>;
}

/** A vendor whose customers all call the same address. */
export interface HostedVendor extends Vendor {
  /** Without a slash at its end; the dialect's paths are appended. */
  readonly baseUrl: string;
  /** A channel is made at start for each vendor whose variable is set. */
  readonly apiKeyEnv: string;
}

export interface VendorQuirks {
  /** The request field that limits the output, in `openai-chat`. */
  readonly outputLimitField: 'max_tokens' | 'max_completion_tokens';
  /** Whether `stream_options` is understood; Mistral refuses unknown fields with 422 and sends usage unasked. */
  readonly takesStreamOptions: boolean;
  /** Whether tool calls of whole replies in `openai-chat` come without their `type`. */
  readonly omitsToolCallType?: boolean;
  /**
   * The field of the seed in `openai-chat`, where it is not `seed`.
   * @see https://docs.mistral.ai/api/#tag/chat
   */
  readonly seedField?: 'random_seed';
  /**
   * Whether every turn of the model's has to have `reasoning_content`, be it empty: a thinking model answers 400 else.
   * @see https://api-docs.deepseek.com/guides/thinking_mode#tool-calls
   */
  readonly wantsReasoningContent?: boolean;
  /**
   * How a request in `openai-chat` says how much to think, where it is not `reasoning_effort`: `reasoning` is an object of
   * OpenRouter's, `thinking_type` a switch, `{"thinking": {"type": "enabled"}}`, beside the effort, `enable_thinking` one
   * with `thinking_budget`.
   * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
   * @see https://api-docs.deepseek.com/guides/thinking_mode
   * @see https://www.alibabacloud.com/help/en/model-studio/deep-thinking
   */
  readonly reasoningForm?: 'reasoning' | 'thinking_type' | 'enable_thinking';
  /** Parameters that its `openai-chat` refuses, passes over or does not document, in OpenRouter's words. */
  readonly lacksParameters?: readonly string[];
  /** The header that takes the key as it is, where it is not the dialect's own. */
  readonly apiKeyHeader?: string;
}

/** How a vendor behaves unless its row says otherwise. */
export const DEFAULT_QUIRKS: VendorQuirks = { outputLimitField: 'max_tokens', takesStreamOptions: true };

/** Known to those who serve open models, and not to OpenAI. */
const OPEN_MODELS_SAMPLING = ['top_k', 'min_p', 'top_a', 'repetition_penalty'];

/** @see https://platform.openai.com/docs/api-reference/chat/create */
const OPENAI_QUIRKS: Partial<VendorQuirks> = {
  outputLimitField: 'max_completion_tokens',
  lacksParameters: OPEN_MODELS_SAMPLING,
};

export const VENDORS: readonly HostedVendor[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    dialect: 'openai-chat',
    baseUrl: 'https://api.openai.com/v1',
    apiKeyEnv: 'OPENAI_API_KEY',
    quirks: OPENAI_QUIRKS,
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    dialect: 'anthropic-messages',
    baseUrl: 'https://api.anthropic.com/v1',
    apiKeyEnv: 'ANTHROPIC_API_KEY',
  },
  {
    id: 'google',
    name: 'Google',
    dialect: 'google-gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    apiKeyEnv: 'GEMINI_API_KEY',
  },
  {
    id: 'mistral',
    name: 'Mistral',
    dialect: 'openai-chat',
    baseUrl: 'https://api.mistral.ai/v1',
    apiKeyEnv: 'MISTRAL_API_KEY',
    quirks: {
      takesStreamOptions: false,
      omitsToolCallType: true,
      seedField: 'random_seed',
      // https://docs.mistral.ai/api/#tag/chat
      lacksParameters: [...OPEN_MODELS_SAMPLING, 'logit_bias', 'logprobs', 'top_logprobs', 'verbosity'],
    },
  },
  {
    id: 'deepseek',
    name: 'DeepSeek',
    dialect: 'openai-chat',
    baseUrl: 'https://api.deepseek.com/v1',
    apiKeyEnv: 'DEEPSEEK_API_KEY',
    quirks: {
      wantsReasoningContent: true,
      reasoningForm: 'thinking_type',
      // https://api-docs.deepseek.com/api/create-chat-completion
      lacksParameters: [
        ...OPEN_MODELS_SAMPLING,
        'seed',
        'n',
        'logit_bias',
        'structured_outputs',
        'parallel_tool_calls',
        'verbosity',
      ],
    },
  },
  {
    id: 'xai',
    name: 'xAI',
    dialect: 'openai-chat',
    baseUrl: 'https://api.x.ai/v1',
    apiKeyEnv: 'XAI_API_KEY',
  },
  {
    id: 'groq',
    name: 'Groq',
    dialect: 'openai-chat',
    baseUrl: 'https://api.groq.com/openai/v1',
    apiKeyEnv: 'GROQ_API_KEY',
    // https://console.groq.com/docs/openai#currently-unsupported-openai-features
    quirks: { lacksParameters: [...OPEN_MODELS_SAMPLING, 'logprobs', 'logit_bias', 'top_logprobs', 'n'] },
  },
  {
    id: 'together',
    name: 'Together',
    dialect: 'openai-chat',
    baseUrl: 'https://api.together.xyz/v1',
    apiKeyEnv: 'TOGETHER_API_KEY',
  },
  {
    id: 'fireworks',
    name: 'Fireworks',
    dialect: 'openai-chat',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    apiKeyEnv: 'FIREWORKS_API_KEY',
  },
  {
    id: 'moonshot',
    name: 'Moonshot',
    dialect: 'openai-chat',
    baseUrl: 'https://api.moonshot.ai/v1',
    apiKeyEnv: 'MOONSHOT_API_KEY',
  },
  {
    id: 'qwen',
    name: 'Qwen (Alibaba Cloud)',
    dialect: 'openai-chat',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    apiKeyEnv: 'DASHSCOPE_API_KEY',
    quirks: { reasoningForm: 'enable_thinking' },
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    dialect: 'openai-chat',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyEnv: 'OPENROUTER_API_KEY',
    quirks: { reasoningForm: 'reasoning' },
  },
];

/** Vendors of whom each customer has an address of their own, and software that serves models on one's own machines. */
export const SELF_ADDRESSED_VENDORS: readonly Vendor[] = [
  {
    id: 'azure',
    name: 'Azure OpenAI',
    dialect: 'openai-chat',
    quirks: { ...OPENAI_QUIRKS, apiKeyHeader: 'api-key' },
  },
  { id: 'ollama', name: 'Ollama', dialect: 'openai-chat' },
  { id: 'vllm', name: 'vLLM', dialect: 'openai-chat' },
  { id: 'llama.cpp', name: 'llama.cpp', dialect: 'openai-chat' },
];

export function findVendor(id: string): Vendor | undefined {
  return [...VENDORS, ...SELF_ADDRESSED_VENDORS].find((vendor) => vendor.id === id);
}

/** How a vendor's endpoint behaves; a vendor that is no row of the catalog behaves as most do. */
export function quirksOf(vendorId: string): VendorQuirks {
  return { ...DEFAULT_QUIRKS, ...findVendor(vendorId)?.quirks };
}
