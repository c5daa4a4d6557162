import type { Citation } from '../call.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';

/**
 * The citations among a message's annotations; others, such as the files that OpenRouter has read, say nothing of the
 * text. `content` is OpenRouter's: the passage that is cited.
 * @param from where the text that they stand behind begins within the message's content.
 * @see https://platform.openai.com/docs/api-reference/chat/object#chat/object-choices
 */
export function readCitations(annotations: unknown, from: number): Citation[] {
  return asArray(annotations).flatMap((item) => {
    const given = asObject(asObject(item)?.['url_citation']);
    if (!given) return [];
    const url = asString(given['url']);
    const title = asString(given['title']);
    const citedText = asString(given['content']);
    const startIndex = positionOf(given['start_index'], from);
    const endIndex = positionOf(given['end_index'], from);
    return [
      {
        ...(url && { url }),
        ...(title && { title }),
        ...(citedText && { citedText }),
        ...(startIndex !== undefined && { startIndex }),
        ...(endIndex !== undefined && { endIndex }),
      },
    ];
  });
}

function positionOf(value: unknown, from: number): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= from ? value - from : undefined;
}

/**
 * Clients ask for each of the four fields, so none is left out: a citation that does not say what it stands behind
 * stands behind its whole text.
 * @param from where the citation's text begins within the message's content
 * @param to and where it ends.
 */
export function renderCitation(citation: Citation, from: number, to: number): JsonObject {
  const { url, title, citedText, startIndex, endIndex } = citation;
  return {
    type: 'url_citation',
    url_citation: {
      url: url ?? '',
      title: title ?? '',
      start_index: startIndex === undefined ? from : from + startIndex,
      end_index: endIndex === undefined ? to : from + endIndex,
      ...(citedText !== undefined && { content: citedText }),
    },
  };
}
