import { z } from 'zod';

const CHARACTERS_MAX = 16_384;

const ACTIVE =
  /<\s*(script|foreignobject|iframe|image|animate|set|use|a)\b|\son[a-z]+\s*=|javascript:|<!|<\?/i;
/** A picture that fetches something would tell others who looks at the pages. */
const FETCHES = /(?:href|src)\s*=(?!\s*["']?#)|url\((?!\s*["']?#)|@import/i;

/** A drawing that does nothing but be drawn. It is only ever shown as an image, which would not run a script either. */
export const inertSvg = z
  .string('is no text')
  .trim()
  .max(CHARACTERS_MAX, `has more than ${CHARACTERS_MAX} characters`)
  .regex(/^<svg\s[^>]*xmlns=["']http:\/\/www\.w3\.org\/2000\/svg["'][\s\S]*<\/svg>$/, {
    error: 'is no <svg xmlns="http://www.w3.org/2000/svg" …>…</svg>',
    abort: true,
  })
  .refine((svg) => !ACTIVE.test(svg), {
    error: 'has a script, an event handler, or an element that a mark has no need of',
    abort: true,
  })
  .refine((svg) => !FETCHES.test(svg), 'refers to something outside of itself');
