/** What a field of a record may be; undefined and null are null. */
export type Field = string | number | bigint | boolean | null | undefined;

/** Stands in a record as it is: nothing that separates fields or records, and not empty. */
const PLAIN = /^[\w.:/@-]+$/;

/**
 * Rows → an array of a composite type, as Postgres reads it.
 * @param rows each with its fields in the order of the type
 * @see https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX
 */
export function records(rows: readonly (readonly Field[])[]): string {
  let array = '';
  for (const row of rows) {
    let record = '';
    for (const field of row) record += `,${written(field)}`;
    array += `,"(${record.slice(1)})"`;
  }
  return `{${array.slice(1)}}`;
}

function written(field: Field): string {
  if (field === undefined || field === null) return '';
  if (typeof field !== 'string') return String(field);
  return PLAIN.test(field) ? field : quoted(field);
}

/** For the record that it is in, and once more for the array. */
function quoted(text: string): string {
  const inRecord = `"${text.replaceAll(/["\\]/g, '$&$&')}"`;
  return inRecord.replaceAll(/["\\]/g, String.raw`\$&`);
}
