const NULL_USAGE = ',"usage":null';

/**
 * Takes `"usage": null` out of an event. OpenAI writes it into each one where usage is asked for, which the gateway always
 * does, and into none where it isn't: two clients take no null there (Mistral's, OpenRouter's). Within a text its quotes
 * would be escaped, so it can't be a part of one.
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream_options-include_usage
 */
export function withoutUnaskedUsage(json: string): string {
  return json.replaceAll(NULL_USAGE, '');
}
