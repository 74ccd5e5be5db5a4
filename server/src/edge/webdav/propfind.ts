import { once } from 'node:events';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Response } from 'express';
import { nodeAt } from '../../ibox/dav/place.ts';
import type { Exchange } from './exchange.ts';
import { hrefOf } from './paths.ts';
import { answerQuestion, type Question, type Resource } from './properties.ts';
import { davChild, isElement, readXml, requireRoot, type XmlElement } from './read-xml.ts';
import { DavRefusal } from './refusal.ts';
import { propertiesXml, xmlHeader } from './write-xml.ts';

const pageLength = 500;

/** Properties of one resource, and at Depth: 1 of what is in it, sent as they are read: a folder may hold very many. */
export async function propfind({ req, res, actor, ibox, place, given }: Exchange): Promise<void> {
  const depth = req.get('depth')?.trim() ?? 'infinity';
  if (!['0', '1', 'infinity'].includes(depth.toLowerCase())) throw new HubError('bad_request', 'Depth: 0 or 1');
  const question = questionOf(await readXml(req));
  if (depth.toLowerCase() === 'infinity') throw new DavRefusal(403, 'Depth: 0 or 1', '<D:propfind-finite-depth/>');

  const node = nodeAt(place);
  await ibox.dav.require(actor, place, given);
  const around = {
    now: Date.now(),
    locks: await ibox.dav.locks(place),
    usage: await ibox.dav.usage(actor),
  };
  const told = async (resources: { names: string[]; id: string; resource: Resource }[]) => {
    const dead = await ibox.dav.properties(resources.map(({ id }) => id));
    return resources.map(({ names, id, resource }) => {
      const answers = answerQuestion(question, resource, dead.get(id) ?? [], around);
      return propertiesXml(hrefOf(names, resource.kind === 'folder'), answers);
    });
  };
  const pages = async function* () {
    yield await told([{ names: place.names, id: node.id, resource: { ...node, ids: place.ids } }]);
    if (depth !== '1' || node.kind !== 'folder') return;
    let after: string | undefined;
    do {
      const page = await ibox.listChildren(actor, node.id, { after, limit: pageLength });
      const within = page.nodes.map((child) => ({
        names: [...place.names, child.name],
        id: child.id,
        resource: { ...child, ids: [...place.ids, child.id] },
      }));
      yield await told(within);
      after = page.next ?? undefined;
    } while (after !== undefined);
  };
  await sendMultistatus(res, pages());
}

async function sendMultistatus(res: Response, pages: AsyncGenerator<string[]>): Promise<void> {
  // The first page before the headers: what can't be read can still be answered with an error.
  const first = await pages.next();
  res.status(207).type('application/xml; charset=utf-8');
  res.write(`${xmlHeader}<D:multistatus xmlns:D="DAV:">\n`);
  for (let page = first; !page.done && !res.destroyed; page = await pages.next()) {
    if (!res.write(page.value.join(''))) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
  res.end('</D:multistatus>\n');
}

/** No body asks for all. @throws {HubError} bad_request */
function questionOf(root: XmlElement | undefined): Question {
  if (root === undefined) return { kind: 'all', more: [] };
  const asked = requireRoot(root, 'propfind');
  const [some, all, names] = ['prop', 'allprop', 'propname'].map((name) => davChild(asked, name));
  if ([some, all, names].filter(Boolean).length !== 1) throw new HubError('bad_request', 'XML: one question');
  if (names) return { kind: 'names' };
  const listed = some ?? davChild(asked, 'include');
  const wanted = (listed?.children ?? []).filter(isElement).map(({ namespace, name }) => ({ namespace, name }));
  return some ? { kind: 'some', wanted } : { kind: 'all', more: wanted };
}
