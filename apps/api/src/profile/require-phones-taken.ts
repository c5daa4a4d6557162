import type { BrandProfile } from '@weir/brand/profile';
import { WeirError } from '@weir/core/errors';

/** @throws {WeirError} `invalid_request` where the brand's profile has no phone numbers collected. */
export function requirePhonesTaken({ collects }: BrandProfile): void {
  if (collects.phone) return;
  throw new WeirError('invalid_request', 'No phone numbers are kept here. Leave the phone out.', {
    param: 'phone',
  });
}
