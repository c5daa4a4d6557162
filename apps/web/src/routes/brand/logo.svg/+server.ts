import { brandLogo } from '@weir/brand/logo';
import { settings } from '#lib/server/settings.ts';
import type { RequestHandler } from './$types';

/** Opened by itself it is a document of this origin: one that may do nothing. */
const HEADERS = {
  'content-type': 'image/svg+xml; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  'cache-control': 'public, max-age=3600',
};

export const GET: RequestHandler = () => new Response(brandLogo(settings().brand), { headers: HEADERS });
