/** Hints that requests of this dialect can't express and leave out, in the words of the documentation. */
export const dropped: readonly string[] = [
  'cache marks of messages and tools (`cache_control`): most vendors of this format cache by themselves, and refuse the field',
  '`metadata`: OpenAI takes it for replies that it keeps only, and none is kept',
  '`service_tier`, where OpenAI has no such tier',
  '`user` and `verbosity`, where the vendor refuses fields that it does not know (Mistral)',
  'whether reasoning is shown: a reply shows what the vendor shows',
  'the number of a reasoning budget, which becomes an effort: up to 2,048 tokens `low`, up to 8,192 `medium`, above `high`',
  'reasoning of earlier turns, and its signatures, unless a vendor of this format wrote it',
  'citations of earlier replies',
  'the order of text and tool calls within one message',
];
