import Bowser from 'bowser';

/** Longer ones are no browser's. */
const USER_AGENT_CHARACTERS_MAX = 512;

/**
 * The browser and the system of a User-Agent, without versions: enough to know one's own device again.
 * @returns null when it names neither.
 */
export function describeDevice(userAgent: string | undefined): string | null {
  if (userAgent === undefined || userAgent.length > USER_AGENT_CHARACTERS_MAX) return null;
  const { browser, os } = Bowser.parse(userAgent);
  const names = [browser.name, os.name].filter((name) => name !== undefined && name !== '');
  return names.length === 0 ? null : names.join(', ');
}
