import type { AppRouter } from '@weir/api/router';
import { expectTypeOf } from 'vitest';
import type {
  ChatCompletionResult,
  ChatCompletionStream,
  GatewayErrorCode,
  UsagePage,
  Weir,
} from './index.ts';

/** Checked by the compiler, never run: what a user of the package sees of its types. */
export function types(weir: Weir, stream: boolean): void {
  const params = { model: 'sandbox/echo', messages: [{ role: 'user' as const, content: 'hi' }] };
  const { completions } = weir.chat;
  expectTypeOf(completions.create(params)).resolves.toEqualTypeOf<ChatCompletionResult>();
  expectTypeOf(
    completions.create({ ...params, stream: false }),
  ).resolves.toEqualTypeOf<ChatCompletionResult>();
  expectTypeOf(
    completions.create({ ...params, stream: true }),
  ).resolves.toEqualTypeOf<ChatCompletionStream>();
  expectTypeOf(completions.create({ ...params, stream })).resolves.toEqualTypeOf<
    ChatCompletionResult | ChatCompletionStream
  >();
  // @ts-expect-error a model is needed
  void completions.create({ messages: [] });
  // @ts-expect-error `temperature` is a number
  void completions.create({ ...params, temperature: 'hot' });
  expectTypeOf<ChatCompletionResult['choices'][number]['message']['content']>().toEqualTypeOf<
    string | null
  >();

  expectTypeOf(weir.account.balance()).resolves.toHaveProperty('availableNanoUsd').toEqualTypeOf<string>();
  expectTypeOf(weir.usage.list({ outcome: 'failed', limit: 10 })).resolves.toEqualTypeOf<UsagePage>();
  expectTypeOf<UsagePage['items'][number]['outputTokens']>().toEqualTypeOf<number | null>();
  expectTypeOf<UsagePage['nextCursor']>().toEqualTypeOf<string | null>();
  // @ts-expect-error no such outcome
  void weir.usage.list({ outcome: 'lost' });

  type ApiError = AppRouter['_def']['_config']['$types']['errorShape'];
  expectTypeOf<GatewayErrorCode>().toEqualTypeOf<ApiError['data']['weirCode']>();
}
