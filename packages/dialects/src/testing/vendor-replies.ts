/** A reply as a vendor writes it: at once, and as the events of a stream. */
export interface VendorsReply {
  readonly whole: object;
  readonly stream: readonly object[];
}

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'reply_1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});

/** DeepSeek's way to say what the model thought, which most vendors of `openai-chat` follow. */
export const OF_REASONING_CONTENT: VendorsReply = {
  whole: {
    id: 'reply_1',
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi.', reasoning_content: 'Hm.' },
        finish_reason: 'stop',
      },
    ],
  },
  stream: [
    chunk({ role: 'assistant', content: '', reasoning_content: '' }),
    chunk({ reasoning_content: 'H' }),
    chunk({ reasoning_content: 'm.' }),
    chunk({ content: 'Hi.' }),
    chunk({}, 'stop'),
  ],
};
