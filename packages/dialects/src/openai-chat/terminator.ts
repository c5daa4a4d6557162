/** The data of the event that ends a stream; some who imitate other formats of OpenAI's end theirs with it, too. */
export const DONE = '[DONE]';
