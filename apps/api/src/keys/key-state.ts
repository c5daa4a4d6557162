import type { KeyState } from '@weir/core/usable-key';
import type { apiKeys } from '@weir/db/schema';

/** In the order in which a call would be refused for it. */
export function keyState({
  revokedAt,
  leakedAt,
  disabledAt,
}: Pick<typeof apiKeys.$inferSelect, 'revokedAt' | 'leakedAt' | 'disabledAt'>): KeyState {
  if (revokedAt) return 'revoked';
  if (leakedAt) return 'leaked';
  return disabledAt ? 'disabled' : 'active';
}
