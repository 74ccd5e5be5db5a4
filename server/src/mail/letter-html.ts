import type { Language } from '@diwan/protocol/errors.ts';

/** A letter for mail programs that show HTML: paragraphs, a link, more paragraphs. All of it is text; nothing is taken for markup. */
export function letterHtml(letter: {
  language: Language;
  paragraphs: readonly string[];
  link?: { url: string; says: string };
  last: readonly string[];
}): string {
  const { language, paragraphs, link, last } = letter;
  return `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><body style="font-family:sans-serif;max-width:36em">
${[
  ...paragraphs.map(asParagraph),
  ...(link
    ? [
        `<p><a href="${escaped(link.url)}">${escaped(link.says)}</a><br><small dir="ltr">${escaped(link.url)}</small></p>`,
      ]
    : []),
  ...last.map(asParagraph),
].join('\n')}
</body></html>`;
}

const asParagraph = (text: string): string => `<p>${escaped(text).replaceAll('\n', '<br>')}</p>`;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c] as string);
