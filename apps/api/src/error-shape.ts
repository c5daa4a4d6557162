import type { TRPCDefaultErrorShape } from '@trpc/server';
import type { ErrorCode } from '@weir/core/errors';

/** How an error looks to a client: tRPC's own shape, and what the person or the program can act on. */
export interface WeirErrorShape extends TRPCDefaultErrorShape {
  data: TRPCDefaultErrorShape['data'] & {
    weirCode: ErrorCode;
    /** The input field at fault. */
    param: string | null;
    /** After which a new try makes sense. */
    retryAfterSeconds: number | null;
    /** The first message for each field, when the input did not fit its schema. */
    fieldErrors: Record<string, string>;
  };
}
