import { Worker } from 'node:worker_threads';

/** Exact counts of tokens, made beside the event loop. */
export interface TokenCounter {
  /** @throws when the thread that counts has died. */
  count(text: string): Promise<number>;
  stop(): Promise<void>;
}

export interface CountQuestion {
  readonly id: number;
  readonly text: string;
}

export interface CountAnswer {
  readonly id: number;
  readonly tokens: number;
}

/**
 * Counts in a thread of its own, started when the first text comes: vendors report their usage, so most relays need it
 * only for streams that broke off. The tokenizer's tables take 67 MB, and would lengthen every collection of garbage
 * in the thread that relays; a long text would keep all other calls waiting there.
 */
export function tokenCounter(): TokenCounter {
  const waiting = new Map<number, PromiseWithResolvers<number>>();
  let worker: Worker | undefined;
  let lastId = 0;

  const start = (): Worker => {
    const started = new Worker(new URL('./count-worker.ts', import.meta.url));
    const onDeath = (reason: unknown): void => {
      if (worker !== started) return;
      worker = undefined;
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    };
    started.on('message', ({ id, tokens }: CountAnswer) => {
      waiting.get(id)?.resolve(tokens);
      waiting.delete(id);
    });
    started.on('error', onDeath);
    started.on('exit', () => onDeath(new Error('the thread that counts tokens has ended')));
    // Nobody who waits for a count is kept waiting by this: a call does that.
    started.unref();
    return started;
  };

  return {
    count(text) {
      if (text === '') return Promise.resolve(0);
      worker ??= start();
      const answer = Promise.withResolvers<number>();
      waiting.set(++lastId, answer);
      const question: CountQuestion = { id: lastId, text };
      worker.postMessage(question);
      return answer.promise;
    },
    async stop() {
      await worker?.terminate();
    },
  };
}
