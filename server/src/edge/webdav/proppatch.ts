import { HubError } from '@diwan/protocol/errors.ts';
import { nodeAt } from '../../ibox/dav/place.ts';
import type { PropertyChange } from '../../ibox/dav/properties.ts';
import type { Exchange } from './exchange.ts';
import { hrefOf } from './paths.ts';
import { emptyXml, isLive } from './properties.ts';
import { DAV, davChildren, isElement, readXml, requireRoot, type XmlElement } from './read-xml.ts';
import { sendXml } from './refusal.ts';
import { elementXml, propertiesXml } from './write-xml.ts';

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** Sets and removes dead properties: all of it, or nothing when a live one is among them. */
export async function proppatch({ req, res, actor, ibox, place, given }: Exchange): Promise<void> {
  const changes = changesOf(requireRoot(await readXml(req), 'propertyupdate'));
  if (changes.length === 0) throw new HubError('bad_request', 'XML: nothing to change');
  const node = nodeAt(place);
  const refused = changes.some(isLive);
  if (refused) await ibox.dav.require(actor, place, given);
  else await ibox.dav.patchProperties(actor, place, changes, given);
  const answers = changes.map((change) => ({
    status: refused ? (isLive(change) ? 403 : 424) : 200,
    xml: emptyXml(change),
  }));
  const response = propertiesXml(hrefOf(place.names, node.kind === 'folder'), answers);
  sendXml(res, 207, `<D:multistatus xmlns:D="DAV:">\n${response}</D:multistatus>\n`);
}

function changesOf(update: XmlElement): PropertyChange[] {
  const steps = update.children
    .filter(isElement)
    .filter(({ namespace, name }) => namespace === DAV && (name === 'set' || name === 'remove'));
  return steps.flatMap((step) =>
    davChildren(step, 'prop').flatMap((prop) =>
      prop.children.filter(isElement).map((property) => {
        const { namespace, name } = property;
        if (step.name === 'remove') return { namespace, name, value: undefined };
        return { namespace, name, value: elementXml(inLanguageOf([update, step, prop], property)) };
      }),
    ),
  );
}

/** The language in force where a property stands goes along with it (RFC 4918 §4.3). */
function inLanguageOf(outer: XmlElement[], property: XmlElement): XmlElement {
  const langOf = ({ attributes }: XmlElement) =>
    attributes.find(({ namespace, name }) => namespace === xmlNamespace && name === 'lang');
  const lang = outer.findLast(langOf);
  if (!lang || langOf(property)) return property;
  return { ...property, attributes: [...property.attributes, langOf(lang) as XmlElement['attributes'][number]] };
}
