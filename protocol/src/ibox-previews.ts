import { z } from 'zod';

/**
 * GET /api/ibox/nodes/:id/preview?size=256 — the picture in a file as WebP, upright, without its metadata, at most `size` pixels wide
 * and high (256 for a list, 1600 for a screen); of a moving picture the first one, of a PDF the first page. ETag and If-None-Match as for the content.
 * Errors: preview_unavailable for what is no picture, is too large or can't be read; unavailable when too many wait.
 */
export const PreviewQuery = z.object({ size: z.enum(['256', '1600']).default('1600') });

/** GET /api/ibox/nodes/:id/text -> TextPreview: the first MiB of a file that is text, as Unicode. Error: preview_unavailable. */
export const TextPreview = z.object({ text: z.string(), truncated: z.boolean() });
export type TextPreview = z.infer<typeof TextPreview>;

/** What a picture can be made of; a browser is never given the bytes of an SVG to run. */
export const previewedTypes: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/tiff',
  'image/svg+xml',
  'application/pdf',
];
