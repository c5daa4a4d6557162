/** Names of models, in which `*` stands for any text. */
export interface ModelPatterns {
  matches(modelId: string): boolean;
}

/** Whether the text can be a pattern: a model's name, or a part of one, with at most eight `*`. */
export function isModelPattern(text: string): boolean {
  return /^[!-~]{1,200}$/.test(text) && !text.includes(',') && text.split('*').length <= 9;
}

export function modelPatterns(patterns: readonly string[]): ModelPatterns {
  const compiled = patterns.map((pattern) => pattern.split('*'));
  return { matches: (modelId) => compiled.some((parts) => matchesParts(parts, modelId)) };
}

/** Takes each part where it first fits: in one pass, where a regular expression may take many. */
function matchesParts(parts: readonly string[], modelId: string): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return modelId === first;
  if (!modelId.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = modelId.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return modelId.length - at >= last.length && modelId.endsWith(last);
}
