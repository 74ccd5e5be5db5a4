export type TextPart = { text: string; href: string | null };

/** An address as people write it: it ends before the point, comma or bracket that belongs to the sentence. */
const address = /\bhttps?:\/\/[^\s<>"'«»“”]+/giu;
const ofSentence = /[.,;:!?…،؛؟]+$/u;

/** A text cut where addresses of the web stand in it. Put together again it is the same text; only http and https become links. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(address)) {
    const found = withoutOwnBracket(match[0].replace(ofSentence, ''));
    if (!isWeb(found)) continue;
    if (match.index > at) parts.push({ text: text.slice(at, match.index), href: null });
    parts.push({ text: found, href: found });
    at = match.index + found.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), href: null });
  return parts;
}

/** "(see https://example.org/a)" ends before the bracket, "https://example.org/a_(b)" does not. */
function withoutOwnBracket(found: string): string {
  const opened = found.split('(').length;
  return found.endsWith(')') && found.split(')').length > opened ? found.slice(0, -1).replace(ofSentence, '') : found;
}

function isWeb(found: string): boolean {
  const url = URL.parse(found);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
}
