const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?$/;
const IPV6_CHARACTERS = /^[\da-f:]+(?:\.\d{1,3}){0,3}(?:%\w+)?$/i;
const HOST = /^((?:[a-z\d-]+\.)*[a-z\d-]+?)(?::(\d{2,5}))?$/i;
/** As a cloud names its machines. */
const NUMBERED_MACHINE = /^ip(?:-\d{1,3}){4}$/i;

/** Whether a word is a host, with or without a port, or an address written as a number. */
export function isAddress(word: string): boolean {
  return IPV4.test(word) || isIpv6(word) || isHost(word);
}

const GROUPS = 8;

/** `::` alone is a sign of many languages. */
function isIpv6(word: string): boolean {
  if (!IPV6_CHARACTERS.test(word) || !/[\da-f]/i.test(word)) return false;
  const groups = word.split(':');
  return groups.length > 2 && (word.includes('::') || groups.length === GROUPS);
}

function isHost(word: string): boolean {
  const [, name, port] = HOST.exec(word) ?? [];
  if (name === undefined) return false;
  const labels = name.toLowerCase().split('.');
  const last = labels.at(-1) ?? '';
  if (NUMBERED_MACHINE.test(name)) return true;
  if (labels.length === 1) return port !== undefined && isMachine(name, port);
  if (PRIVATE_ENDS.has(last)) return true;
  if (!/^[a-z]{2,}$/.test(last) || FILE_ENDS.has(last)) return false;
  return port !== undefined || (labels.length > 2 && isPublicEnd(last));
}

/** What a field path or a module may end with as well, such as `messages.0.id`, is no country. */
const NO_COUNTRIES: ReadonlySet<string> = new Set(['id', 'of', 'to', 'is', 'in', 'no']);
const PUBLIC_ENDS: ReadonlySet<string> = new Set(
  'com net org io ai dev app cloud xyz info biz tech run host hosting site online network systems services'.split(
    ' ',
  ),
);
const PRIVATE_ENDS: ReadonlySet<string> = new Set(
  'internal local lan corp svc intranet localdomain localhost'.split(' '),
);
const FILE_ENDS: ReadonlySet<string> = new Set(
  'js ts py rb rs go cc cs sh md gz php java json jsonl yaml yml toml txt csv pdf png jpg jpeg gif webp mp wav html xml zip tar log'.split(
    ' ',
  ),
);

function isPublicEnd(label: string): boolean {
  return PUBLIC_ENDS.has(label) || (label.length === 2 && !NO_COUNTRIES.has(label));
}

const COUNTED =
  /^(?:.*tokens?|.*limit|max|min|lines?|column|code|status|error|length|size|count|index|total|used|requested|remaining|bytes|chars|characters|seed|budget|tpm|rpm|tpd|rpd|year|version|gpt.*|position|offset)$/;

/** `node7:8000`, where `limit:8000` is a figure; a port of fewer digits is rather the tag of a model. */
function isMachine(label: string, port: string): boolean {
  if (label === 'localhost') return true;
  return port.length >= 4 && /^[a-z][a-z\d-]*$/.test(label) && !COUNTED.test(label);
}
