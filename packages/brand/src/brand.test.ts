import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from '@weir/settings/read';
import { describe, expect, it } from 'vitest';
import { brandLogo } from './brand-logo.ts';
import { contrast } from './contrast.ts';
import { loadBrand } from './load-brand.ts';
import bananarouter from './profiles/bananarouter.json' with { type: 'json' };

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>';

function fileOf(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'weir-brand-')), 'brand.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function complaintsOf(content: unknown): string[] {
  const path = fileOf(content);
  try {
    loadBrand({ WEIR_BRAND: path });
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message.replaceAll(path, 'FILE').split('\n');
  }
  return [];
}

describe('a brand', () => {
  it('is neutral and collects nothing where none is named', () => {
    expect(loadBrand({})).toMatchObject({
      name: 'Weir',
      contact: {},
      collects: { phone: false },
      logging: { sourceIp: false },
      debugCapture: { allowed: false },
    });
    expect(loadBrand({ WEIR_BRAND_NAME: 'Acme' }).name).toBe('Acme');
  });

  it('TreeRouter asks for no phone, notes no address and captures nothing', () => {
    expect(loadBrand({ WEIR_BRAND: 'treerouter' })).toMatchObject({
      name: 'TreeRouter',
      collects: { phone: false },
      logging: { sourceIp: false },
      debugCapture: { allowed: false },
    });
  });

  it('BananaRouter takes a phone, notes the address and lets holders capture', () => {
    expect(loadBrand({ WEIR_BRAND: 'bananarouter' })).toMatchObject({
      name: 'BananaRouter',
      collects: { phone: true },
      logging: { sourceIp: true },
      debugCapture: { allowed: true },
    });
  });

  it('is read from a file of one’s own', () => {
    const path = fileOf({ ...bananarouter, name: ' Mango ', logo: { svg: SVG } });
    const brand = loadBrand({ WEIR_BRAND: path });
    expect(brand).toMatchObject({ name: 'Mango', legalEntity: 'BananaRouter Pte. Ltd.' });
    expect(brandLogo(brand)).toBe(SVG);
  });

  it('that is wrong is told where, in one line for each place', () => {
    expect(
      complaintsOf({
        ...bananarouter,
        logging: { sourceIp: 'yes' },
        contact: { email: 'nobody' },
        accent: { light: '#ffee00', dark: 'yellow' },
        colour: 'green',
        locales: ['fr'],
      }),
    ).toEqual([
      'WEIR_BRAND: FILE: accent.light can’t be read on the light surface #ffffff: its contrast is 1.2, and has to be 4.5 or more.',
      'WEIR_BRAND: FILE: accent.dark is no colour like #0f766e.',
      'WEIR_BRAND: FILE: contact.email is no e-mail address.',
      'WEIR_BRAND: FILE: logging.sourceIp is neither true nor false.',
      'WEIR_BRAND: FILE: locales.0 is none of en, zh-CN.',
      'WEIR_BRAND: FILE: colour is no field of a brand profile.',
    ]);
    expect(complaintsOf('{')).toEqual([expect.stringMatching(/^WEIR_BRAND: FILE is no JSON: /)]);
    expect(() => loadBrand({ WEIR_BRAND: '/nowhere/brand.json' })).toThrow(
      'WEIR_BRAND: /nowhere/brand.json can’t be read. Write the path of a profile, or a shipped one: treerouter, bananarouter.',
    );
  });

  it.each([
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.com/spy.png"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(https://example.com/spy)"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><style>@import "https://example.com/spy.css"</style></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
    '<svg></svg>',
    'https://example.com/logo.svg',
  ])('has no logo like %s', (svg) => {
    expect(complaintsOf({ ...bananarouter, logo: { svg } })).toEqual([
      expect.stringMatching(/^WEIR_BRAND: FILE: logo/),
    ]);
  });

  it('of letters gets a mark drawn in its accent', () => {
    expect(brandLogo({ logo: { letters: 'TR' }, accent: { light: '#2f7a2f', dark: '#7cc47c' } })).toMatch(
      /^<svg xmlns=.*fill="#2f7a2f".*>TR<\/text><\/svg>$/,
    );
  });
});

it('contrast is that of the WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
