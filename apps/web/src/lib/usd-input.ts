import { parseUsd } from '@weir/core/money';

/**
 * An amount of US dollars as a person types it, in nanoUsd: `25`, `0.50`, `$5`. Undefined when it is none, or not exact:
 * a comma may group thousands or begin the cents, so it is not guessed at.
 */
export function readUsd(text: string): bigint | undefined {
  try {
    return parseUsd(text.trim().replace(/^(?:US)?\$\s*/i, ''));
  } catch {
    return undefined;
  }
}
