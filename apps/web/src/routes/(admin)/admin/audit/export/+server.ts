import { error } from '@sveltejs/kit';
import { ERRORS } from '@weir/core/errors';
import { auditHeading, auditLine, type AuditFormat } from '#lib/audit-file.ts';
import { readAuditFilters, type AuditFilters } from '#lib/audit-filters.ts';
import { apiFailure, type Api } from '#lib/server/api.ts';
import { formText } from '#lib/server/form-text.ts';
import { requireStaff } from '#lib/server/require-staff.ts';
import type { RequestHandler } from './$types';

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/jsonl; charset=utf-8' };

/** The whole log, or what the filters leave of it, as a file; read and sent page by page. */
export const POST: RequestHandler = async ({ request, locals }) => {
  requireStaff(locals);
  const form = await request.formData();
  const format: AuditFormat = formText(form, 'format') === 'jsonl' ? 'jsonl' : 'csv';
  const pages = readPages(
    locals.api,
    readAuditFilters((name) => formText(form, name)),
  );
  // The first page tells whether there is anything to be sent.
  const first = await pages.next().catch((thrown: unknown) => {
    const { code } = apiFailure(thrown);
    error(code === 'unreachable' ? 503 : ERRORS[code].status);
  });
  const body = ReadableStream.from(lines(format, first, pages)).pipeThrough(new TextEncoderStream());
  return new Response(body, {
    headers: {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="audit.${format}"`,
    },
  });
};

type Page = Awaited<ReturnType<Api['admin']['audit']['export']['mutate']>>;

async function* readPages(api: Api, filters: AuditFilters): AsyncGenerator<Page, undefined> {
  let cursor: string | undefined;
  do {
    const page = await api.admin.audit.export.mutate({ ...filters, cursor });
    yield page;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function* lines(
  format: AuditFormat,
  first: IteratorResult<Page, undefined>,
  pages: AsyncGenerator<Page, undefined>,
): AsyncGenerator<string> {
  yield auditHeading(format);
  for (let page = first; !page.done; page = await pages.next()) {
    for (const row of page.value.items) yield auditLine(format, row);
  }
}
