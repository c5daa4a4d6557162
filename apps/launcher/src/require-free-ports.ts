import { once } from 'node:events';
import { createServer } from 'node:net';
import { LaunchError } from './launch-error.ts';

/**
 * Checks the ports before anything is started, so that one line says which is taken.
 * @param ports by the variable that sets them
 * @throws {LaunchError}
 */
export async function requireFreePorts(host: string, ports: Readonly<Record<string, number>>): Promise<void> {
  const namesOf = Map.groupBy(Object.entries(ports), ([, port]) => port);
  for (const [port, names] of namesOf) {
    const [name = ''] = names.map(([variable]) => variable);
    if (names.length > 1) {
      throw new LaunchError(
        `${names.map(([variable]) => variable).join(' and ')} are both ${port}. Give each a port of its own.`,
      );
    }
    const problem = await listenProblem(host, port);
    if (problem === 'EADDRINUSE') {
      throw new LaunchError(
        `Port ${port} is taken. Stop what listens there, or choose another one: ${name}=${port + 10_000 > 65_535 ? port - 10_000 : port + 10_000}`,
      );
    }
    if (problem !== undefined)
      throw new LaunchError(
        `${host}:${port} can’t be listened on (${problem}). Choose another ${name} or WEIR_LISTEN_HOST.`,
      );
  }
}

async function listenProblem(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}
