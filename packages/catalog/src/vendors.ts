import type { DialectName } from '@weir/dialects/dialect-name';
import { DEFAULT_QUIRKS, type Quirks } from '@weir/dialects/quirks';

/** A vendor is data: a known dialect at an address, and what is particular about it. */
export interface Vendor {
  /** As stored in `channels.vendor`. */
  readonly id: string;
  readonly name: string;
  readonly dialect: DialectName;
  /** What its endpoint does differently. */
  readonly quirks?: Partial<Quirks>;
}

/** A vendor whose customers all call the same address. */
export interface HostedVendor extends Vendor {
  /** Without a slash at its end; the dialect's paths are appended. */
  readonly baseUrl: string;
  /** A channel is made at start for each vendor whose variable is set. */
  readonly apiKeyEnv: string;
}

/** Known to those who serve open models, and not to OpenAI. */
const OPEN_MODELS_SAMPLING = ['top_k', 'min_p', 'top_a', 'repetition_penalty'];

/** @see https://platform.openai.com/docs/api-reference/chat/create */
const OPENAI_QUIRKS: Partial<Quirks> = {
  outputLimitField: 'max_completion_tokens',
  stopSequencesMax: 4,
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
      prefill: 'prefix',
      stopSequencesMax: 4,
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
      stopSequencesMax: 16,
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
    quirks: {
      stopSequencesMax: 4,
      lacksParameters: [...OPEN_MODELS_SAMPLING, 'logprobs', 'logit_bias', 'top_logprobs', 'n'],
    },
  },
  {
    id: 'together',
    name: 'Together',
    dialect: 'openai-chat',
    baseUrl: 'https://api.together.xyz/v1',
    apiKeyEnv: 'TOGETHER_API_KEY',
    quirks: { takesTopK: true },
  },
  {
    id: 'fireworks',
    name: 'Fireworks',
    dialect: 'openai-chat',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    apiKeyEnv: 'FIREWORKS_API_KEY',
    quirks: { takesTopK: true },
  },
  {
    id: 'moonshot',
    name: 'Moonshot',
    dialect: 'openai-chat',
    baseUrl: 'https://api.moonshot.ai/v1',
    apiKeyEnv: 'MOONSHOT_API_KEY',
    quirks: { prefill: 'partial', stopSequencesMax: 5 },
  },
  {
    id: 'qwen',
    name: 'Qwen (Alibaba Cloud)',
    dialect: 'openai-chat',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    apiKeyEnv: 'DASHSCOPE_API_KEY',
    quirks: { reasoningForm: 'enable_thinking', prefill: 'partial', takesTopK: true },
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    dialect: 'openai-chat',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyEnv: 'OPENROUTER_API_KEY',
    quirks: { reasoningForm: 'reasoning', prefill: 'unmarked', takesTopK: true },
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
  { id: 'vllm', name: 'vLLM', dialect: 'openai-chat', quirks: { takesTopK: true } },
  {
    id: 'llama.cpp',
    name: 'llama.cpp',
    dialect: 'openai-chat',
    quirks: { prefill: 'unmarked', takesTopK: true },
  },
];

export function findVendor(id: string): Vendor | undefined {
  return [...VENDORS, ...SELF_ADDRESSED_VENDORS].find((vendor) => vendor.id === id);
}

/** How a vendor's endpoint behaves; a vendor that is no row of the catalog behaves as most do. */
export function quirksOf(vendorId: string): Quirks {
  return { ...DEFAULT_QUIRKS, ...findVendor(vendorId)?.quirks };
}
