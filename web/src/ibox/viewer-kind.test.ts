import { expect, it } from 'vitest';
import { neighbour, viewerKind } from './viewer-kind.ts';

it('R-44 each file is shown as what it is', () => {
  const shown: [string | null, string, string][] = [
    ['image/jpeg', 'a.jpg', 'picture'],
    ['image/svg+xml', 'a.svg', 'picture'],
    ['image/heic', 'a.heic', 'none'],
    ['application/pdf', 'a.pdf', 'pdf'],
    ['video/mp4', 'a.mp4', 'video'],
    ['audio/ogg', 'a.ogg', 'audio'],
    ['text/markdown', 'a.md', 'markdown'],
    ['application/octet-stream', 'LISEZMOI.MD', 'markdown'],
    ['text/html', 'a.html', 'text'],
    ['application/octet-stream', 'main.rs', 'text'],
    [null, 'a', 'text'],
    ['application/zip', 'a.zip', 'none'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'a.docx', 'none'],
  ];
  for (const [mediaType, name, kind] of shown) expect([name, viewerKind({ mediaType, name })]).toEqual([name, kind]);
});

it('goes from one file to the next and stops at the ends', () => {
  const nodes = [{ id: 'a' }, { id: 'b' }];
  expect(neighbour(nodes, 'a', 1)?.id).toBe('b');
  expect(neighbour(nodes, 'b', 1)).toBeUndefined();
  expect(neighbour(nodes, 'a', -1)).toBeUndefined();
  expect(neighbour(nodes, 'gone', 1)).toBeUndefined();
});
