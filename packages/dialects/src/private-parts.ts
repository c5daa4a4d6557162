import { isAddress } from './network-address.ts';

/** What a vendor's own names begin with: of an account, not of what a caller sends. */
const OWNERS = 'organi[sz]ation|org|team|tenant|workspace|account|project|subscription';

/**
 * Keys and names that are told by how they begin or by the word before them. Each repetition is bounded or can end in
 * one way only, so that no text takes longer than its length.
 */
const PATTERNS: readonly [RegExp, string][] = [
  [/[a-z][a-z\d+.-]{0,20}:\/\/[^\s"'`<>)]+/gi, '[address]'],
  [/[\w.+-]{1,64}@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,}/gi, '[address]'],
  [/\bBearer\s+\S+/gi, '[key]'],
  [/([?&]key=)[^\s&"'`]+/gi, '$1[key]'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){0,4}/g, '[key]'],
  [/(?<![a-z\d])(?:(?:sk|pk|rk|gsk|xai|pplx|nvapi|csk)-|gsk_|tgp_)[\w*.…-]{6,}/gi, '[key]'],
  // A field may begin so, too: a key has a capital, a digit or a star further on.
  [/(?<![a-z\d])(?:hf|fw|sk|pk|rk|r8|ghp)_(?=[a-z_]{0,64}[A-Z\d*])[\w*.…-]{6,}/g, '[key]'],
  [/\b(?:AIza[\w*-]{6,}|A[KS]IA[A-Z\d*]{8,}|ya29\.[\w-]+)/g, '[key]'],
  [/\borg[-_][\w-]{6,}/gi, '[id]'],
  [/\b(?:proj|user|acct|team|tenant|ws|cus|sub)[-_](?=[a-z_-]{0,64}[A-Z\d])[\w-]{6,}/g, '[id]'],
  [/\barn:aws[\w-]*:\S+/gi, '[id]'],
  [/\b(projects|organizations|teams|tenants|workspaces|subscriptions|resourceGroups)\/[\w-]+/gi, '$1/[id]'],
  // Fireworks' own models stand below an account of its own.
  [/\baccounts\/(?!fireworks\/)[\w-]+/gi, 'accounts/[id]'],
  [/\b(project(?:[ _-](?:number|id))?\W{1,3})\d{5,}\b/gi, '$1[id]'],
  [
    new RegExp(
      String.raw`\b((?:${OWNERS})(?:[ _-](?:id|name|number|slug))?["']?[:=]\s{0,4}["'\`]?)[\w.-]+`,
      'gi',
    ),
    '$1[id]',
  ],
  [new RegExp(String.raw`\b((?:${OWNERS})\s["'\`])[\w.-]+(?=["'\`])`, 'gi'), '$1[id]'],
  [new RegExp(String.raw`\b((?:${OWNERS})\s)(?=[a-z.]{0,64}[\d_-])[\w.-]+`, 'gi'), '$1[id]'],
  [/\[[\da-f:.%]{2,64}\]:\d{1,5}/gi, '[address]'],
];

const WORD = /[\w.:%-]+/g;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A vendor's words without hosts, keys and accounts, which are between the operator and the vendor. */
export function withoutPrivateParts(text: string): string {
  const patterned = PATTERNS.reduce(
    (cleaned, [pattern, replacement]) => cleaned.replaceAll(pattern, replacement),
    text,
  );
  return patterned
    .replaceAll(WORD, withoutPrivateWord)
    .replaceAll('[[address]]', '[address]')
    .replaceAll(/\[address\]\/[^\s"'`<>)]*/g, '[address]');
}

function withoutPrivateWord(written: string): string {
  let end = written.length;
  while (end > 0 && '.:-%'.includes(written.charAt(end - 1))) end -= 1;
  const word = written.slice(0, end);
  if (isAddress(word)) return `[address]${written.slice(end)}`;
  if (UUID.test(word)) return `[id]${written.slice(end)}`;
  return OF_THE_CALL.test(word) ? written : written.replaceAll(/[a-z\d]{24,}/gi, withoutRandom);
}

/** Ids that the caller has sent, or got with an earlier reply: they say which of its parts is meant. */
const OF_THE_CALL = /^(?:call|toolu|chatcmpl-tool|msg|resp|rs|fc|item|file)[-_]/;

const [HEX, DIGIT, LOWER, UPPER] = [/^[\da-f]+$/i, /\d/, /[a-z]/, /[A-Z]/];
const MIXED_CHARACTERS_MIN = 32;

/** What has its digits and letters as no word has. */
function withoutRandom(run: string): string {
  if (!DIGIT.test(run) || !(LOWER.test(run) || UPPER.test(run))) return run;
  const isRandom =
    HEX.test(run) || (LOWER.test(run) && UPPER.test(run)) || run.length >= MIXED_CHARACTERS_MIN;
  return isRandom ? '[id]' : run;
}

const FIELD_PATH = /^[a-z_$][\w$-]*(?:\.[\w$-]+|\[[\w"'*-]*\])*$/i;
const PATH_CHARACTERS_MAX = 200;

/** Where a vendor says that the fault is, such as `messages[0].content`; undefined when that says anything else. */
export function fieldPath(said: string): string | undefined {
  const isPath = said.length <= PATH_CHARACTERS_MAX && FIELD_PATH.test(said);
  return isPath && withoutPrivateParts(said) === said ? said : undefined;
}
