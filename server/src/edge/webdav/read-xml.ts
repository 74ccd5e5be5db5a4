import { HubError } from '@diwan/protocol/errors.ts';
import type { Request } from 'express';
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** Empty for none. */
  namespace: string;
  name: string;
  attributes: { namespace: string; name: string; value: string }[];
  children: (XmlElement | string)[];
}

export const DAV = 'DAV:';

const mostBytes = 512 * 1024;
const deepest = 100;
const mostElements = 20_000;

/**
 * Reads XML 1.0 with namespaces. A document type is refused, and with it every entity of its own.
 * @throws {HubError} bad_request when it is not well-formed, or too deep or large
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const addText = (piece: string) => open.at(-1)?.children.push(piece);
  parser.on('error', (error) => {
    throw new HubError('bad_request', `XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw new HubError('bad_request', 'XML: a document type is not accepted');
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', ({ uri, local, attributes }) => {
    const element: XmlElement = { namespace: uri, name: local, attributes: [], children: [] };
    for (const { uri: namespace, local: name, prefix, value } of Object.values(attributes)) {
      const isDeclaration = prefix === 'xmlns' || (prefix === '' && name === 'xmlns');
      if (!isDeclaration) element.attributes.push({ namespace, name, value });
    }
    if (open.length >= deepest || ++elements > mostElements)
      throw new HubError('bad_request', 'XML: too deep or large');
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  if (!root) throw new HubError('bad_request', 'XML: no element');
  return root;
}

/** @returns undefined for an empty body. @throws {HubError} too_large, and as parseXml */
export async function readXml(req: Request): Promise<XmlElement | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > mostBytes) throw new HubError('too_large', `more than ${mostBytes} bytes of XML`);
    pieces.push(piece);
  }
  return size === 0 ? undefined : parseXml(decode(Buffer.concat(pieces)));
}

/** UTF-8, or UTF-16 by its byte order mark: every XML reader must know both. */
function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xfe && second === 0xff ? 'utf-16be' : first === 0xff && second === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new HubError('bad_request', `XML: not ${encoding}`);
  }
}

export const isElement = (child: XmlElement | string): child is XmlElement => typeof child !== 'string';
/** The children of that name in DAV:. */
export const davChildren = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter(isElement).filter((child) => child.namespace === DAV && child.name === name);
export const davChild = (element: XmlElement, name: string): XmlElement | undefined => davChildren(element, name)[0];

/** @throws {HubError} bad_request unless the root is that element of DAV: */
export function requireRoot(root: XmlElement | undefined, name: string): XmlElement {
  if (root?.namespace !== DAV || root.name !== name) throw new HubError('bad_request', `XML: ${name} is expected`);
  return root;
}
