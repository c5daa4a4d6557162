/** What belongs between the operator and one vendor: the keys, and where they are sent. */
export interface PrivateWords {
  readonly privateWords: readonly string[];
}

/** What is shorter is no secret, as that of a model on one's own machine, and stands within other words. */
const SECRET_CHARACTERS_MIN = 8;

export function privateWordsOf(apiKeys: readonly string[], baseUrl: string): string[] {
  const secrets = apiKeys.filter((apiKey) => apiKey.length >= SECRET_CHARACTERS_MIN);
  // A channel whose address is none fails when it is called: it must not take the others' table with it.
  if (!URL.canParse(baseUrl)) return secrets;
  const { host, hostname } = new URL(baseUrl);
  return [...secrets, host, hostname];
}

/** A vendor's words without them, should it say them: no pattern knows what every vendor's keys look like. */
export function withoutPrivateWords(text: string, { privateWords }: PrivateWords): string {
  return privateWords.reduce((cleaned, word) => cleaned.replaceAll(word, '[private]'), text);
}
