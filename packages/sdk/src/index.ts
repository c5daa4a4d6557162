export type { CallOptions, ChatCompletionResult, ChatCompletions } from './chat-completions.ts';
export type { ChatCompletionStream } from './chat-stream.ts';
export type * from './chat-types.ts';
export type { WeirOptions } from './configuration.ts';
export { Weir } from './weir.ts';
export type {
  Account,
  Balance,
  Model,
  Models,
  Usage,
  UsagePage,
  UsageQuery,
  UsageRow,
  UsageSummary,
  UsageSummaryQuery,
} from './weir.ts';
export { WeirError } from './weir-error.ts';
export type { ClientErrorCode, GatewayErrorCode, WeirErrorCode, WeirErrorOptions } from './weir-error.ts';
