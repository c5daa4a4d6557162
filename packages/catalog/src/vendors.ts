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
  /** The header that takes the key as it is, where it is not the dialect's own. */
  readonly apiKeyHeader?: string;
}

/** How a vendor behaves unless its row says otherwise. */
export const DEFAULT_QUIRKS: VendorQuirks = { outputLimitField: 'max_tokens', takesStreamOptions: true };

export const VENDORS: readonly HostedVendor[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    dialect: 'openai-chat',
    baseUrl: 'https://api.openai.com/v1',
    apiKeyEnv: 'OPENAI_API_KEY',
    quirks: { outputLimitField: 'max_completion_tokens' },
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
    quirks: { takesStreamOptions: false, omitsToolCallType: true, seedField: 'random_seed' },
  },
  {
    id: 'deepseek',
    name: 'DeepSeek',
    dialect: 'openai-chat',
    baseUrl: 'https://api.deepseek.com/v1',
    apiKeyEnv: 'DEEPSEEK_API_KEY',
    quirks: { wantsReasoningContent: true },
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
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    dialect: 'openai-chat',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyEnv: 'OPENROUTER_API_KEY',
  },
];

/** Vendors of whom each customer has an address of their own, and software that serves models on one's own machines. */
export const SELF_ADDRESSED_VENDORS: readonly Vendor[] = [
  {
    id: 'azure',
    name: 'Azure OpenAI',
    dialect: 'openai-chat',
    quirks: { outputLimitField: 'max_completion_tokens', apiKeyHeader: 'api-key' },
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
