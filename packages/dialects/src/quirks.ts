/** How vendors of one dialect differ. */
export interface Quirks {
  /** The field that limits the output in `openai-chat`. */
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
  /**
   * How a request in `openai-chat` says that the reply is to go on from the last message of the assistant's: by a mark on
   * it, or, `unmarked`, by its being the last. Absent where a vendor does not say that it can.
   * @see https://docs.mistral.ai/capabilities/completion/usage#prefixes
   * @see https://platform.moonshot.ai/docs/guide/use-partial-mode-feature-of-kimi-api
   * @see https://www.alibabacloud.com/help/en/model-studio/partial-mode
   * @see https://openrouter.ai/docs/api-reference/overview#assistant-prefill
   */
  readonly prefill?: 'prefix' | 'partial' | 'unmarked';
  /** How many stop sequences a vendor of `openai-chat` takes at most; absent where none is documented. */
  readonly stopSequencesMax?: number;
  /** Whether a vendor of `openai-chat` takes `top_k`, which OpenAI does not. */
  readonly takesTopK?: true;
  /** Parameters that a vendor of `openai-chat` refuses, passes over or does not document, in OpenRouter's words. */
  readonly lacksParameters?: readonly string[];
  /** The header that takes the key as it is, where it is not the dialect's own. */
  readonly apiKeyHeader?: string;
}

/** How a vendor behaves of whom nothing else is said. */
export const DEFAULT_QUIRKS: Quirks = { outputLimitField: 'max_tokens', takesStreamOptions: true };
