import { HubError } from '@diwan/protocol/errors.ts';
import type { Request, Response } from 'express';
import multer from 'multer';
import type { FormUpload } from '../../ibox/tree/put-form.ts';

const mostFields = 100;
const mostFiles = 10_000;
/** A name is at most 255 bytes; longer ones are refused by the rules, with a better word. */
const longestFieldName = 4096;

/**
 * Streams every file of a multipart/form-data body into the upload, one after the other, in constant memory.
 * @param maxBytes of one file
 * @throws {HubError} bad_request for a body that is no form, upload_incomplete when the client is cut off, and whatever a file
 *   throws, with the file's name in `detail`
 */
export function receiveForm(
  req: Request,
  res: Response,
  upload: Pick<FormUpload, 'add'>,
  maxBytes: number,
): Promise<void> {
  // busboy may announce a small file before the last one is read.
  let last: Promise<void> = Promise.resolve();
  const storage: multer.StorageEngine = {
    _handleFile(_req, file, done) {
      // A file that is refused half-way is not destroyed: multer would tell of that instead of the reason.
      const added = last.then(() => {
        const source = file.stream.iterator({ destroyOnReturn: false });
        return upload.add(file.originalname, source, { declaredType: file.mimetype, maxBytes });
      });
      last = added.catch(() => {});
      added.then(
        () => done(null, {}),
        (error) => {
          // What is left of a refused file is read and dropped, so that the client gets to hear why.
          file.stream.resume();
          done(named(error, file.originalname));
        },
      );
    },
    _removeFile: (_req, _file, done) => done(null),
  };
  const form = multer({
    storage,
    limits: { files: mostFiles, fields: mostFields, fieldNameSize: longestFieldName },
    // Names as they were sent: the rules refuse folders in them, rather than multer dropping them silently.
    preservePath: true,
    defParamCharset: 'utf8',
  }).any();
  return new Promise((resolve, reject) => {
    form(req, res, (error: unknown) => (error === undefined || error === null ? resolve() : reject(told(error, req))));
  });
}

function named(error: unknown, name: string): unknown {
  if (!(error instanceof HubError)) return error;
  const detail = error.detail === undefined ? name : `${name}: ${error.detail}`;
  return new HubError(error.code, detail, error.retryAfter);
}

/** What multer and busboy say, in our codes. */
function told(error: unknown, req: Request): unknown {
  if (error instanceof HubError) return error;
  if (error instanceof multer.MulterError) {
    return new HubError(error.code.startsWith('LIMIT_FILE') ? 'too_large' : 'bad_request', error.code);
  }
  const message = error instanceof Error ? error.message : '';
  if (req.destroyed && !req.complete) return new HubError('upload_incomplete', message);
  if (/unexpected end of (form|file)|request (aborted|closed)/i.test(message))
    return new HubError('upload_incomplete', message);
  if (/boundary|malformed|multipart|content-type|part header/i.test(message))
    return new HubError('bad_request', message);
  return error;
}
