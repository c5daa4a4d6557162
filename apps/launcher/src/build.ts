import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LaunchError } from './launch-error.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Builds what needs building (the web app, the types); what has not changed comes from the cache.
 * @throws {LaunchError}
 */
export async function build(signal: AbortSignal): Promise<void> {
  const turbo = spawn(
    `${root}node_modules/.bin/turbo`,
    ['run', 'build', '--filter=@weir/launcher...', '--output-logs=errors-only'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
      signal,
    },
  );
  let output = '';
  turbo.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = (await once(turbo, 'close')) as [number | null];
  if (code === 0) return;
  process.stdout.write(output);
  throw new LaunchError('The build failed; what it said stands above.');
}
