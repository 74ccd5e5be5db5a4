import { HubError } from '@diwan/protocol/errors.ts';
import type { Request, Response } from 'express';
import { isShownInline } from '../../ibox/rules/media-types.ts';
import type { OpenContent } from '../../ibox/tree/open-content.ts';

/**
 * Sends a file's bytes (RFC 9110): strong ETag, If-None-Match, one Range with If-Range. What a browser could run is sent as an
 * attachment and sandboxed in any case.
 * @param etag another strong tag of the bytes, where clients know them by another
 * @throws {HubError} range_invalid, content_corrupt, storage_unavailable; after the first byte the connection is cut instead
 */
export async function sendContent(
  req: Request,
  res: Response,
  content: OpenContent,
  download: boolean,
  etag = `"${content.sha256}"`,
): Promise<void> {
  res.set({
    ETag: etag,
    'Accept-Ranges': 'bytes',
    // Always asked for again: a file's address stays when its bytes change, and access can end.
    'Cache-Control': 'private, no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  if (matches(req.headers['if-none-match'], etag)) {
    res.status(304).end();
    return;
  }
  const range = rangeOf(req, res, content.size, etag);
  const inline = !download && isShownInline(content.mediaType);
  res.set({
    'Content-Type': content.mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : content.mediaType,
    'Content-Length': String(range.length),
    'Content-Disposition': disposition(inline ? 'inline' : 'attachment', content.name),
    'Content-Security-Policy': policyOf(content.mediaType, inline),
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  if (range.partial) {
    res.status(206);
    res.set('Content-Range', `bytes ${range.offset}-${range.offset + range.length - 1}/${content.size}`);
  }
  if (req.method === 'HEAD' || range.length === 0) {
    res.end();
    return;
  }
  try {
    await content.send(range, (bytes) => written(res, bytes));
    res.end();
  } catch (error) {
    if (res.headersSent) res.destroy();
    // Nothing was sent before the first bytes were there: what can't be read is answered with an error.
    else
      for (const name of res.getHeaderNames())
        if (/^(content-|etag|accept-ranges|cache-control)/.test(name)) res.removeHeader(name);
    throw error;
  }
}

export const leftEarly = () => Object.assign(new Error('the client left'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });

/** Resolves when the system has the bytes, and nobody looks at them any more. @throws when the client left */
export function written(res: Response, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const left = () => reject(leftEarly());
    if (res.destroyed || res.closed) return left();
    res.once('close', left);
    res.write(bytes, (error) => {
      res.off('close', left);
      if (error) left();
      else resolve();
    });
  });
}

export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

interface Asked {
  offset: number;
  length: number;
  partial: boolean;
}

/** Several ranges in one request are answered with the whole, as is a range of another version (If-Range) or in another unit. */
function rangeOf(req: Request, res: Response, size: number, etag: string): Asked {
  const whole = { offset: 0, length: size, partial: false };
  const ifRange = req.headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) return whole;
  if (!req.headers.range?.startsWith('bytes=')) return whole;
  const ranges = req.range(size, { combine: true });
  if (ranges === -1) {
    res.set('Content-Range', `bytes */${size}`);
    throw new HubError('range_invalid', `the file has ${size} bytes`);
  }
  const [range] = ranges === undefined || ranges === -2 ? [] : ranges;
  if (range === undefined || (ranges as unknown[]).length > 1) return whole;
  return { offset: range.start, length: range.end - range.start + 1, partial: true };
}

/** RFC 6266, with the name in UTF-8 by RFC 8187 and a plain one for what is older. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Chromium's own PDF viewer does not run in a sandbox, and needs none: the file has no access to our origin. */
function policyOf(mediaType: string, inline: boolean): string {
  if (inline && mediaType === 'application/pdf')
    return "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'";
  return "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";
}
