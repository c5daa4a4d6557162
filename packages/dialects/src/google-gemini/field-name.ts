const NAMES: ReadonlyMap<string, string> = new Map([
  ['frequency_penalty', 'generationConfig.frequencyPenalty'],
  ['logprobs', 'generationConfig.responseLogprobs'],
  ['messages', 'contents'],
  ['n', 'generationConfig.candidateCount'],
  ['presence_penalty', 'generationConfig.presencePenalty'],
  ['reasoning', 'generationConfig.thinkingConfig'],
  ['response_format', 'generationConfig.responseMimeType'],
  ['seed', 'generationConfig.seed'],
  ['stop', 'generationConfig.stopSequences'],
  ['temperature', 'generationConfig.temperature'],
  ['tool_choice', 'toolConfig.functionCallingConfig.mode'],
  ['top_k', 'generationConfig.topK'],
]);

/** In Google's own spelling, of the two that it takes. @see Dialect.fieldName */
export function fieldName(field: string): string {
  return NAMES.get(field) ?? field;
}
