const LENGTH_MIN = 3;
const LENGTH_MAX = 32;

/** A user name for someone who was not asked for one; they may change it. */
export function usernameFromEmail(email: string): string {
  const name = (email.split('@', 1)[0] ?? '').replaceAll(/[^A-Za-z0-9_.-]/g, '').slice(0, LENGTH_MAX);
  return name.length < LENGTH_MIN ? `user-${name}`.replace(/-$/, '') : name;
}
