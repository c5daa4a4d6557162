const KINDS = ['string', 'comment', 'flag', 'keyword'] as const;

export type TokenKind = 'plain' | (typeof KINDS)[number];

export interface CodeToken {
  kind: TokenKind;
  text: string;
}

const PATTERN = new RegExp(
  [
    String.raw`(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])*')`,
    String.raw`(?<comment>(?<!\S)(?:#|//)[^\n]*)`,
    String.raw`(?<flag>(?<=\s)--?[a-zA-Z][\w-]*)`,
    String.raw`(?<keyword>\b(?:import|from|const|let|await|for|of|in|new|if|or|export|async|return|True|False|None|true|false|curl|npm|pip|print)\b)`,
  ].join('|'),
  'g',
);

/** Splits a short program into coloured parts: enough for curl, TypeScript and Python as the snippets use them. */
export function highlight(code: string): CodeToken[] {
  const tokens: CodeToken[] = [];
  let end = 0;
  for (const match of code.matchAll(PATTERN)) {
    if (match.index > end) tokens.push({ kind: 'plain', text: code.slice(end, match.index) });
    const kind = KINDS.find((name) => match.groups?.[name] !== undefined) ?? 'plain';
    tokens.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < code.length) tokens.push({ kind: 'plain', text: code.slice(end) });
  return tokens;
}
