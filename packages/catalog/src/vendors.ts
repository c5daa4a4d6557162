/** The wire formats that a vendor can speak. */
export type Dialect = 'openai-chat';

/** A vendor is data: a known dialect at an address, and what is particular about it. */
export interface Vendor {
  /** As stored in `channels.vendor`. */
  readonly id: string;
  readonly name: string;
  readonly dialect: Dialect;
  /** Without a slash at its end; the dialect's paths are appended. */
  readonly baseUrl: string;
  /** A channel is made at start for each vendor whose variable is set. */
  readonly apiKeyEnv: string;
  /** What its chat endpoint does differently. */
  readonly quirks?: Partial<ChatQuirks>;
}

export interface ChatQuirks {
  /** The request field that limits the output. */
  readonly outputLimitField: 'max_tokens' | 'max_completion_tokens';
  /** Whether `stream_options` is understood; Mistral refuses unknown fields with 422 and sends usage unasked. */
  readonly takesStreamOptions: boolean;
}

/** How an OpenAI-compatible vendor behaves unless its row says otherwise. */
export const DEFAULT_QUIRKS: ChatQuirks = { outputLimitField: 'max_tokens', takesStreamOptions: true };

export const VENDORS: readonly Vendor[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    dialect: 'openai-chat',
    baseUrl: 'https://api.openai.com/v1',
    apiKeyEnv: 'OPENAI_API_KEY',
    quirks: { outputLimitField: 'max_completion_tokens' },
  },
  {
    id: 'mistral',
    name: 'Mistral',
    dialect: 'openai-chat',
    baseUrl: 'https://api.mistral.ai/v1',
    apiKeyEnv: 'MISTRAL_API_KEY',
    quirks: { takesStreamOptions: false },
  },
  {
    id: 'deepseek',
    name: 'DeepSeek',
    dialect: 'openai-chat',
    baseUrl: 'https://api.deepseek.com/v1',
    apiKeyEnv: 'DEEPSEEK_API_KEY',
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
    id: 'moonshot',
    name: 'Moonshot',
    dialect: 'openai-chat',
    baseUrl: 'https://api.moonshot.ai/v1',
    apiKeyEnv: 'MOONSHOT_API_KEY',
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    dialect: 'openai-chat',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyEnv: 'OPENROUTER_API_KEY',
  },
];

export function findVendor(id: string): Vendor | undefined {
  return VENDORS.find((vendor) => vendor.id === id);
}

/** How a vendor's chat endpoint behaves; a vendor that is no row of the catalog behaves as most do. */
export function quirksOf(vendorId: string): ChatQuirks {
  return { ...DEFAULT_QUIRKS, ...findVendor(vendorId)?.quirks };
}
