import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partsOf } from './links.ts';

const links = (text: string) => partsOf(text).flatMap(({ href }) => (href === null ? [] : [href]));

it('R-34 addresses of the web become links, without the sentence around them, and nothing else does', () => {
  expect(links('Voir https://example.dz/a?b=c#d, puis (http://example.org/x_(y)).')).toEqual([
    'https://example.dz/a?b=c#d',
    'http://example.org/x_(y)',
  ]);
  expect(links('انظر https://example.dz/مجلس، شكرًا')).toEqual(['https://example.dz/مجلس']);
  expect(links('javascript:alert(1) data:text/html,x ftp://a.b xhttps://c.d https:// http://')).toEqual([]);
  expect(links('<a href="https://example.dz/x">y</a>')).toEqual(['https://example.dz/x']);
});

it('R-34 cut for links, a text stays the same text, and a link is http or https', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('https://a.dz/', 'http://[', 'javascript:', ')', '.', ' ', '"', '«'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const parts = partsOf(pieces.join(''));
      expect(parts.map(({ text }) => text).join('')).toBe(pieces.join(''));
      for (const { href } of parts) if (href !== null) expect(new URL(href).protocol).toMatch(/^https?:$/);
    }),
  );
});
