export { countTokens } from './count-tokens.ts';
export { estimateInputTokens } from './estimate-input-tokens.ts';
