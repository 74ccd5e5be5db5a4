import type { XmlElement } from './read-xml.ts';

export const xmlHeader = '<?xml version="1.0" encoding="utf-8"?>\n';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an element or an attribute in double quotes; what XML can't hold becomes U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML can't hold
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character] as string);

/** Whitespace that an attribute's reader would turn into plain spaces is kept. */
const escapeAttribute = (text: string): string =>
  escapeXml(text).replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** An element as XML that stands by itself, whatever it is put into: namespaces are declared where they are used. */
export function elementXml({ namespace, name, attributes, children }: XmlElement, outer?: string): string {
  const declared = namespace === outer ? '' : ` xmlns="${escapeAttribute(namespace)}"`;
  const written = attributes.map(({ namespace: space, name: local, value }, place) => {
    if (space === '') return ` ${local}="${escapeAttribute(value)}"`;
    if (space === 'http://www.w3.org/XML/1998/namespace') return ` xml:${local}="${escapeAttribute(value)}"`;
    return ` xmlns:a${place}="${escapeAttribute(space)}" a${place}:${local}="${escapeAttribute(value)}"`;
  });
  const begin = `<${name}${declared}${written.join('')}`;
  if (children.length === 0) return `${begin}/>`;
  const inner = children.map((child) => (typeof child === 'string' ? textXml(child) : elementXml(child, namespace)));
  return `${begin}>${inner.join('')}</${name}>`;
}

const textXml = (text: string): string => escapeXml(text).replace(/\r/g, '&#13;');

/** One property's answer in a `propstat`. */
export interface PropertyAnswer {
  status: number;
  /** The property's element as XML. */
  xml: string;
}

const statusLines: Record<number, string> = {
  200: 'HTTP/1.1 200 OK',
  403: 'HTTP/1.1 403 Forbidden',
  404: 'HTTP/1.1 404 Not Found',
  423: 'HTTP/1.1 423 Locked',
  424: 'HTTP/1.1 424 Failed Dependency',
};
export const statusXml = (status: number): string => `<D:status>${statusLines[status]}</D:status>`;
export const hrefXml = (href: string): string => `<D:href>${escapeXml(href)}</D:href>`;

/** A `response` with one `propstat` for each status. */
export function propertiesXml(href: string, answers: PropertyAnswer[]): string {
  const byStatus = [...Map.groupBy(answers, ({ status }) => status)];
  if (byStatus.length === 0) byStatus.push([200, []]);
  const propstats = byStatus.map(([status, some]) => {
    const protectedXml = status === 403 ? '<D:error><D:cannot-modify-protected-property/></D:error>' : '';
    const props = some.map(({ xml }) => xml).join('');
    return `<D:propstat><D:prop>${props}</D:prop>${statusXml(status)}${protectedXml}</D:propstat>`;
  });
  return `<D:response>${hrefXml(href)}${propstats.join('')}</D:response>\n`;
}
