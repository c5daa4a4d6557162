import { brandColors } from '#lib/brand-view.ts';
import { settings } from '#lib/server/settings.ts';
import type { RequestHandler } from './$types';

const HEADERS = { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=3600' };

export const GET: RequestHandler = () => new Response(brandColors(settings().brand), { headers: HEADERS });
