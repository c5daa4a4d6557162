import type { AuditRow } from './api-types.ts';

const COLUMNS = [
  'auditId',
  'at',
  'actorKind',
  'actorId',
  'actorEmail',
  'actorRole',
  'action',
  'targetId',
  'accountId',
  'before',
  'after',
] as const satisfies readonly (keyof AuditRow)[];

export type AuditFormat = 'csv' | 'jsonl';

export function auditHeading(format: AuditFormat): string {
  return format === 'csv' ? `${COLUMNS.join(',')}\r\n` : '';
}

export function auditLine(format: AuditFormat, row: AuditRow): string {
  if (format === 'jsonl') return `${JSON.stringify(row)}\n`;
  return `${COLUMNS.map((column) => cell(row[column])).join(',')}\r\n`;
}

/** A cell that begins like a formula would be run as one by a spreadsheet. */
function cell(value: AuditRow[keyof AuditRow]): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
