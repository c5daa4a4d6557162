import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs one of Postgres' programs to its end, in a session of its own: Ctrl-C must not cut it off half-way.
 * @throws {Error} with the last line that it wrote to its standard error.
 */
export async function runDetached(
  file: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; cwd?: string } = {},
): Promise<void> {
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(complaint.trim().split('\n').at(-1) || `${file} ended with code ${code}`);
}
