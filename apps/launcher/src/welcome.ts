import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const firstStartSchema = z.object({
  relayUrl: z.string(),
  dashboardUrl: z.string(),
  adminEmail: z.string(),
  adminPassword: z.string(),
  apiKey: z.string(),
});

/** What to do now: where the dashboard is, and a call that streams. */
export function welcome(dataDir: string, urls: { dashboardUrl: string; relayUrl: string }): string {
  const first = readFirstStart(join(dataDir, 'first-start.json'));
  const lines = [
    '',
    '  Weir is running.',
    '',
    `  Dashboard   ${urls.dashboardUrl}`,
    `  API         ${urls.relayUrl}/v1`,
  ];
  if (!first) return [...lines, '', '  Ctrl-C stops it; the data stays.', ''].join('\n');
  const call = {
    model: 'sandbox/story',
    stream: true,
    max_tokens: 120,
    messages: [{ role: 'user', content: 'Tell me about water' }],
  };
  return [
    ...lines,
    `  Sign in     ${first.adminEmail}  ${first.adminPassword}`,
    `  API key     ${first.apiKey}`,
    '',
    '  A first call, to a simulated model:',
    '',
    `curl -N ${urls.relayUrl}/v1/chat/completions -H "Authorization: Bearer ${first.apiKey}" -H "Content-Type: application/json" -d '${JSON.stringify(call)}'`,
    '',
    '  Ctrl-C stops it; the data stays.',
    '',
  ].join('\n');
}

/** @returns undefined where the operator made the accounts, or has removed the file. */
function readFirstStart(path: string): z.output<typeof firstStartSchema> | undefined {
  try {
    return firstStartSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
