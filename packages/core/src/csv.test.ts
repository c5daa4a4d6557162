import { expect, it } from 'vitest';
import { csvLine } from './csv.ts';

it('a line of CSV quotes what would break it, and leaves numbers as they are', () => {
  expect(csvLine(['plain', 1.5, true, null, '-2.5'])).toBe('plain,1.5,true,,-2.5\r\n');
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', ' padded '])).toBe(
    '"a,b","say ""hi""","two\nlines"," padded "\r\n',
  );
});

it('no field is run as a formula by a spreadsheet', () => {
  const texts = ['=1+1', '+cmd', '-cmd', '@sum', '\tx', '-2.5', '=HYPERLINK("http://x","y")'];
  expect(csvLine(texts)).toBe(`'=1+1,'+cmd,'-cmd,'@sum,'\tx,-2.5,"'=HYPERLINK(""http://x"",""y"")"\r\n`);
});
