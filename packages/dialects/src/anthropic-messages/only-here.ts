import { onlyIn } from '../only-in.ts';

/** For what this dialect alone has words for. */
export const { untranslatable, refuseUnknown } = onlyIn('anthropic-messages');
