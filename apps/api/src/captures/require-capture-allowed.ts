import type { BrandProfile } from '@weir/brand/profile';
import { WeirError } from '@weir/core/errors';

/** @throws {WeirError} `forbidden` where the brand's profile has no calls captured. */
export function requireCaptureAllowed({ debugCapture }: BrandProfile): void {
  if (debugCapture.allowed) return;
  throw new WeirError('forbidden', 'No calls are captured here: nothing of what is said is kept.');
}
