import type { Response } from 'express';
import { xmlHeader } from './write-xml.ts';

/** A refusal that WebDAV has its own status or precondition element for (RFC 4918 §16). */
export class DavRefusal extends Error {
  readonly status: number;
  /** A precondition element in DAV:, such as `<D:propfind-finite-depth/>`. */
  readonly element: string | undefined;
  constructor(status: number, why: string, element?: string) {
    super(why);
    this.name = 'DavRefusal';
    this.status = status;
    this.element = element;
  }
}

export function sendRefusal(res: Response, { status, message, element }: DavRefusal): void {
  if (element === undefined) res.status(status).type('text/plain; charset=utf-8').send(`${message}\n`);
  else sendXml(res, status, `<D:error xmlns:D="DAV:">${element}</D:error>`);
}

export function sendXml(res: Response, status: number, xml: string): void {
  res
    .status(status)
    .type('application/xml; charset=utf-8')
    .send(xmlHeader + xml);
}
