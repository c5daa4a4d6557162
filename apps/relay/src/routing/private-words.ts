/** What belongs between the operator and one vendor: the key, and where it is sent. */
export interface PrivateWords {
  readonly privateWords: readonly string[];
}

export function privateWordsOf(apiKey: string, baseUrl: string): string[] {
  const { host, hostname } = new URL(baseUrl);
  return [apiKey, host, hostname].filter((word) => word !== '');
}

/** A vendor's words without them, should it say them: no pattern knows what every vendor's keys look like. */
export function withoutPrivateWords(text: string, { privateWords }: PrivateWords): string {
  return privateWords.reduce((cleaned, word) => cleaned.replaceAll(word, '[private]'), text);
}
