import type { Citation } from '../call.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';

/**
 * Anthropic cites by a place in a document of the prompt, in a search result, or by the address of a page. The place
 * means nothing without that document, and is left out; where in the text the citation stands, the text block itself says.
 * @see https://platform.claude.com/docs/en/build-with-claude/citations
 */
export function readCitation(json: JsonObject): Citation {
  const url = asString(json['url']) ?? asString(json['source']);
  const title = asString(json['title']) ?? asString(json['document_title']);
  const citedText = asString(json['cited_text']) || undefined;
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== undefined && { citedText }),
  };
}

/** @param json the `citations` of a text block. */
export function readCitations(json: unknown): Citation[] {
  return asArray(json).flatMap((item) => {
    const citation = asObject(item);
    return citation ? [readCitation(citation)] : [];
  });
}

/** One with an address is like one of a web search; another one cites a document that only its title tells. */
export function renderCitation({ url, title, citedText = '' }: Citation): JsonObject {
  if (url !== undefined) {
    return {
      type: 'web_search_result_location',
      cited_text: citedText,
      encrypted_index: '',
      title: title ?? null,
      url,
    };
  }
  return {
    type: 'char_location',
    cited_text: citedText,
    document_index: 0,
    document_title: title ?? null,
    start_char_index: 0,
    end_char_index: citedText.length,
    file_id: null,
  };
}
