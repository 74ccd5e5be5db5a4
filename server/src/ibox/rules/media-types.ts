/** By extension: the client's word counts only where the name says nothing. */
const byExtension: Record<string, string> = {
  ...{
    txt: 'text/plain',
    log: 'text/plain',
    md: 'text/markdown',
    csv: 'text/csv',
    html: 'text/html',
    htm: 'text/html',
  },
  ...{
    css: 'text/css',
    js: 'text/javascript',
    mjs: 'text/javascript',
    json: 'application/json',
    xml: 'application/xml',
  },
  ...{ xhtml: 'application/xhtml+xml', ics: 'text/calendar', vcf: 'text/vcard', rtf: 'application/rtf' },
  ...{
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
    avif: 'image/avif',
  },
  ...{ bmp: 'image/bmp', ico: 'image/vnd.microsoft.icon', svg: 'image/svg+xml', tif: 'image/tiff', tiff: 'image/tiff' },
  ...{ heic: 'image/heic', mp3: 'audio/mpeg', m4a: 'audio/mp4', ogg: 'audio/ogg', opus: 'audio/ogg', oga: 'audio/ogg' },
  ...{ wav: 'audio/wav', flac: 'audio/flac', aac: 'audio/aac', mp4: 'video/mp4', m4v: 'video/mp4', webm: 'video/webm' },
  ...{
    mov: 'video/quicktime',
    mkv: 'video/x-matroska',
    avi: 'video/x-msvideo',
    ogv: 'video/ogg',
    pdf: 'application/pdf',
  },
  ...{ zip: 'application/zip', gz: 'application/gzip', tar: 'application/x-tar', '7z': 'application/x-7z-compressed' },
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
};

const unknown = 'application/octet-stream';

/** @param declared what the client said of the bytes, if anything; its parameters are dropped */
export function mediaTypeOf(name: string, declared?: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  if (Object.hasOwn(byExtension, extension) && name.includes('.')) return byExtension[extension] as string;
  const type = declared?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isType = /^[a-z]+\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/.test(type);
  // curl's own guess for any body.
  return isType && type !== 'application/x-www-form-urlencoded' ? type : unknown;
}

const shown = new Set([
  'text/plain',
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
]);

/** Whether a browser may show it on our origin: nothing that can carry a script (SVG, HTML, XML). */
export const isShownInline = (mediaType: string): boolean => shown.has(mediaType) || /^(audio|video)\//.test(mediaType);
