import { describe, expect, it } from 'vitest';
import { privateWordsOf, withoutPrivateWords } from './private-words.ts';

const told = (text: string, apiKey: string, baseUrl: string) =>
  withoutPrivateWords(text, { privateWords: privateWordsOf([apiKey], baseUrl) });

describe('what a vendor says', () => {
  it('is cleaned of the channel’s key and host', () => {
    const text = 'acme.example:8443 does not know hush-hush; see acme.example.';
    expect(told(text, 'hush-hush', 'https://acme.example:8443/v1')).toBe(
      '[private] does not know [private]; see [private].',
    );
  });

  it('keeps its words where the channel’s key is too short to be a secret, or its address is none', () => {
    expect(told('This is a sentence.', 's', 'https://acme.example/v1')).toBe('This is a sentence.');
    expect(told('No hush-hush here.', 'hush-hush', 'nowhere')).toBe('No [private] here.');
  });
});
