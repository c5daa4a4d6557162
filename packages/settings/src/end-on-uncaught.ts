import { writeSync } from 'node:fs';
import { describeFailure } from '@weir/core/failures';

const STDERR = 2;

/**
 * Ends the process, with exit code 1, on an error that nobody caught, and says what it was and where. Node itself would
 * print its message too, which may quote what is being relayed: that of `JSON.parse` does.
 */
export function endOnUncaught(): void {
  process.on('uncaughtException', (error) => {
    const line = JSON.stringify({
      level: 60,
      time: Date.now(),
      ...describeFailure(error),
      msg: 'Nobody caught an error.',
    });
    try {
      writeSync(STDERR, `${line}\n`);
    } finally {
      process.exit(1);
    }
  });
}
