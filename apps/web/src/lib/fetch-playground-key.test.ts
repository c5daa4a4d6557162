import { describe, expect, it } from 'vitest';
import { fetchPlaygroundKey } from './fetch-playground-key.ts';

const KEY = { key: 'sk-weir-one', expiresAt: '2027-01-31T08:30:00.000Z' };
const given = () => Response.json(KEY);
const refused = () => Response.json({ message: 'Confirm first.', reauthenticate: true }, { status: 403 });

/** Asks with these answers, one after the other. @returns the outcome, and how often the person was asked. */
async function fetchWith(answers: (() => Response)[], isConfirmed: boolean) {
  let asked = 0;
  const confirm = async () => {
    asked++;
    return isConfirmed;
  };
  const fetched = fetchPlaygroundKey(confirm, async () => (answers.shift() ?? refused)());
  return { outcome: await fetched.catch((thrown: Error) => thrown.message), asked };
}

describe('a key for the playground', () => {
  it('is had without a word by who has signed in of late', async () => {
    expect(await fetchWith([given], true)).toEqual({ outcome: KEY, asked: 0 });
  });

  it('is had by others once they have confirmed who they are', async () => {
    expect(await fetchWith([refused, given], true)).toEqual({ outcome: KEY, asked: 1 });
  });

  it('is had by nobody who does not, and asked for no more than twice', async () => {
    expect(await fetchWith([refused, given], false)).toEqual({ outcome: 'Confirm first.', asked: 1 });
    expect(await fetchWith([refused, refused, given], true)).toEqual({ outcome: 'Confirm first.', asked: 1 });
  });
});
