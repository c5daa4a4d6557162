/** A way to say how much to think: a number of tokens, or a word (an effort, a level). */
export type ThinkingForm = 'budget' | 'effort';

/** What vendors document of a family of their models, where it can't be asked for. */
export interface ModelFamily {
  /** Of a vendor's name of a model, which may have the maker's in front of it. */
  readonly models: RegExp;
  readonly sources: readonly string[];
  /** The most tokens that one picture is read as, whatever its size and the detail asked for. */
  readonly imageTokensMax?: number;
  /** In which forms a request says how much to think. */
  readonly thinking?: readonly ThinkingForm[];
  /** The least and the most tokens of a budget that is no 0. */
  readonly thinkingBudget?: { readonly min: number; readonly max: number };
  /** Set where it can't be told not to think. */
  readonly alwaysThinks?: true;
  /** Set where the least of Anthropic's settings is to think between calls of tools only. */
  readonly thinksBetweenTools?: true;
  /** Set where it refuses each request that forces it to call a tool. */
  readonly takesNoForcedCall?: true;
  /** Whether it signs its calls of tools, and wants the signatures back. */
  readonly signsCalls?: boolean;
  /** Set where its reply can't go on from a last message of the assistant's, which the vendor then refuses. */
  readonly takesNoPrefill?: true;
  /** Set where it does not reason, and refuses to be asked for its encrypted reasoning. */
  readonly unreasoning?: true;
}

const OPENAI_IMAGES = 'https://developers.openai.com/api/docs/guides/images-vision';
const OPENAI_REASONING = 'https://platform.openai.com/docs/guides/reasoning';
const ANTHROPIC_THINKING = 'https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking';
const ANTHROPIC_PREFILL =
  'https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6#prefill-removal';
const ANTHROPIC_IMAGES = 'https://platform.claude.com/docs/en/build-with-claude/vision';
const GOOGLE_THINKING = 'https://ai.google.dev/gemini-api/docs/thinking';
const MISTRAL_IMAGES = 'https://mistralai.github.io/mistral-common/usage/images';
const GOOGLE_IMAGES = 'https://ai.google.dev/gemini-api/docs/media-resolution';

/** A picture has at most 8 tiles after it was made smaller, 2,048 by 768. */
const openaiTiles = (base: number, perTile: number): number => base + 8 * perTile;
/** A picture is made smaller until it has this many patches of 32 by 32. */
const openaiPatches = (multiplier: number, patches = 1_536): number => Math.ceil(patches * multiplier);

const CLAUDE_ADAPTIVE = {
  sources: [ANTHROPIC_THINKING, ANTHROPIC_PREFILL, ANTHROPIC_IMAGES],
  thinking: ['effort'],
  takesNoPrefill: true,
  imageTokensMax: 4_784,
} as const;

/** A picture is 16 tiles of 768 by 768, each of 258 tokens. */
const GEMINI_2 = {
  sources: [GOOGLE_THINKING, 'https://ai.google.dev/gemini-api/docs/image-understanding'],
  thinking: ['budget'],
  signsCalls: false,
  imageTokensMax: 16 * 258,
} as const;

const GEMINI_3 = {
  sources: [GOOGLE_THINKING, 'https://ai.google.dev/gemini-api/docs/thought-signatures', GOOGLE_IMAGES],
  thinking: ['effort'],
  signsCalls: true,
  imageTokensMax: 2_240,
} as const;

/** The first that fits a name counts. A model of no known family does as most of those that speak the same dialect. */
export const MODEL_FAMILIES: readonly ModelFamily[] = [
  {
    models: /(?:^|\/|:)gpt-4o-mini/,
    sources: [OPENAI_IMAGES, OPENAI_REASONING],
    imageTokensMax: openaiTiles(2_833, 5_667),
    unreasoning: true,
  },
  {
    models: /(?:^|\/|:)gpt-4\.1-mini/,
    sources: [OPENAI_IMAGES, OPENAI_REASONING],
    imageTokensMax: openaiPatches(1.62),
    unreasoning: true,
  },
  {
    models: /(?:^|\/|:)gpt-4\.1-nano/,
    sources: [OPENAI_IMAGES, OPENAI_REASONING],
    imageTokensMax: openaiPatches(2.46),
    unreasoning: true,
  },
  {
    models: /(?:^|\/|:)(?:gpt-[34]|chatgpt-|gpt-5-chat)/,
    sources: [OPENAI_IMAGES, OPENAI_REASONING],
    imageTokensMax: openaiTiles(85, 170),
    unreasoning: true,
  },
  // `gpt-5-mini`, `gpt-5.4-mini`, `gpt-5-1-codex-mini`.
  { models: /(?:^|\/|:)gpt-5[\w.-]*-mini/, sources: [OPENAI_IMAGES], imageTokensMax: openaiPatches(1.62) },
  { models: /(?:^|\/|:)gpt-5[\w.-]*-nano/, sources: [OPENAI_IMAGES], imageTokensMax: openaiPatches(2.46) },
  { models: /(?:^|\/|:)o4-mini/, sources: [OPENAI_IMAGES], imageTokensMax: openaiPatches(1.72) },
  { models: /(?:^|\/|:)o[13](?:-|$)/, sources: [OPENAI_IMAGES], imageTokensMax: openaiTiles(75, 150) },
  // Up to 5.3: `gpt-5`, `gpt-5-2025-08-07`, `gpt-5.2-codex`, `gpt-5-2`.
  {
    models: /(?:^|\/|:)gpt-5(?:[-.][0-3](?!\d))?(?:$|-(?!\d(?!\d)))/,
    sources: [OPENAI_IMAGES],
    imageTokensMax: openaiPatches(1.2),
  },
  // A picture may be asked for in its `original` detail, and is so for `auto`.
  {
    models: /(?:^|\/|:)gpt-5[-.][45](?!\d)/,
    sources: [OPENAI_IMAGES],
    imageTokensMax: openaiPatches(1.2, 10_000),
  },
  // From 5.6 on there is no budget of patches: this is a picture of 24 megapixels, which few cameras' go beyond.
  { models: /(?:^|\/|:)gpt-\d/, sources: [OPENAI_IMAGES], imageTokensMax: openaiPatches(1.2, 23_438) },
  // `claude-opus-4-6`, `claude-sonnet-4-6-20260217`.
  {
    models: /claude-(?:[a-z]+-)?4[-.]6(?!\d)/,
    sources: [ANTHROPIC_THINKING, ANTHROPIC_PREFILL, ANTHROPIC_IMAGES],
    thinking: ['budget', 'effort'],
    takesNoPrefill: true,
    imageTokensMax: 1_600,
  },
  // Up to 4.5: `claude-3-7-sonnet-20250219`, `claude-sonnet-4-20250514`, `claude-opus-4-1`.
  {
    models: /claude-(?:[a-z]+-)?(?:[0-3](?!\d)|4(?:[-.][0-5])?(?![-.]?\d{1,2}(?!\d)))/,
    sources: ['https://platform.claude.com/docs/en/build-with-claude/extended-thinking', ANTHROPIC_IMAGES],
    thinking: ['budget'],
    imageTokensMax: 1_600,
  },
  // `claude-fable-5-1`.
  {
    ...CLAUDE_ADAPTIVE,
    models: /claude-(?:mythos|fable)-5[-.][1-9](?!\d)/,
    sources: [
      ...CLAUDE_ADAPTIVE.sources,
      'https://platform.claude.com/docs/en/models/fable-5-1/whats-new-fable-5-1#forced-tool-use-is-not-supported',
    ],
    alwaysThinks: true,
    takesNoForcedCall: true,
  },
  // `claude-mythos-preview`, `claude-fable-5`.
  {
    ...CLAUDE_ADAPTIVE,
    models: /claude-(?:mythos|fable)-/,
    sources: [
      ...CLAUDE_ADAPTIVE.sources,
      'https://platform.claude.com/docs/en/models/fable-5/migration-guide',
    ],
    alwaysThinks: true,
  },
  {
    ...CLAUDE_ADAPTIVE,
    models: /claude-opus-5[-.]5(?!\d)/,
    sources: [
      ...CLAUDE_ADAPTIVE.sources,
      'https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5#thinking-cant-be-disabled',
      'https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5#forced-tool-use-is-not-supported',
    ],
    alwaysThinks: true,
    takesNoForcedCall: true,
  },
  {
    ...CLAUDE_ADAPTIVE,
    models: /claude-sonnet-5[-.]5(?!\d)/,
    sources: [
      ...CLAUDE_ADAPTIVE.sources,
      'https://platform.claude.com/docs/en/models/sonnet-5-5/migration-guide',
    ],
    thinksBetweenTools: true,
    takesNoForcedCall: true,
  },
  // `claude-opus-4-8`, `claude-sonnet-5`.
  { ...CLAUDE_ADAPTIVE, models: /claude-/ },
  {
    ...GEMINI_2,
    models: /(?:^|\/)gemini-2\.5-pro/,
    thinkingBudget: { min: 128, max: 32_768 },
    alwaysThinks: true,
  },
  { ...GEMINI_2, models: /(?:^|\/)gemini-2\.5-flash-lite/, thinkingBudget: { min: 512, max: 24_576 } },
  { ...GEMINI_2, models: /(?:^|\/)gemini-2\.5-flash/, thinkingBudget: { min: 1, max: 24_576 } },
  { ...GEMINI_2, models: /(?:^|\/)gemini-[12](?:\.|-|$)/ },
  // `gemini-3-pro-preview`, `gemini-3.1-pro`, `gemini-pro-latest`.
  { ...GEMINI_3, models: /(?:^|\/)gemini-(?:[\d.]+-)?pro/, alwaysThinks: true },
  { ...GEMINI_3, models: /(?:^|\/)gemini-/ },
  // Pictures are made smaller, to 1,024 pixels of a side, or 1,540 of the newer. A row of patches each ends in a token of its own: 64 × 64 + 64, and 55 × 55 + 55.
  {
    models: /(?:^|\/)pixtral-/,
    sources: ['https://docs.mistral.ai/capabilities/vision', MISTRAL_IMAGES],
    imageTokensMax: 4_160,
  },
  {
    models: /(?:^|\/)(?:mistral|magistral|ministral)-/,
    sources: ['https://docs.mistral.ai/capabilities/vision', MISTRAL_IMAGES],
    imageTokensMax: 3_080,
  },
  // Six tiles and the whole, each of 256 tokens.
  {
    models: /(?:^|\/)grok-/,
    sources: ['https://docs.x.ai/docs/key-information/consumption-and-rate-limits'],
    imageTokensMax: 1_792,
  },
  // With `vl_high_resolution_images`.
  {
    models: /(?:^|\/)(?:qwen|qvq)/i,
    sources: ['https://www.alibabacloud.com/help/en/model-studio/vision'],
    imageTokensMax: 16_386,
  },
];

/**
 * Of a model of no family: four tiles of 1,601 tokens, as who serves open models reads a picture; more than the dearest of
 * the ordinary families.
 * @see https://docs.together.ai/docs/vision-overview
 */
const IMAGE_TOKENS_MAX_OTHERWISE = 4 * 1_601;

/** @returns undefined for a model of no known family. */
export function familyOf(upstreamModel: string): ModelFamily | undefined {
  return MODEL_FAMILIES.find(({ models }) => models.test(upstreamModel));
}

/** What one picture may come to, before the vendor says. */
export function imageTokensMax(upstreamModel: string): number {
  return familyOf(upstreamModel)?.imageTokensMax ?? IMAGE_TOKENS_MAX_OTHERWISE;
}
