/** Weir can't start or go on; the message is for the person at the terminal and says what to do. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}
