import type { Node } from '@diwan/protocol/ibox.ts';
import { ensureFreshSession } from '../wire/http.ts';

/** As many as an address holds. */
const mostInAddress = 150;

/**
 * Has the browser fetch a file as it is, a folder or several nodes as one ZIP; the session is made fresh first, for a refusal
 * would be saved as the file. Throws ProblemError.
 */
export async function downloadNodes(nodes: readonly Pick<Node, 'id' | 'kind'>[]): Promise<void> {
  const [first] = nodes;
  if (!first) return;
  await ensureFreshSession();
  if (nodes.length > mostInAddress) return submit(nodes);
  const path = `/api/ibox/nodes/${encodeURIComponent(first.id)}`;
  const link = document.createElement('a');
  if (nodes.length > 1) link.href = `/api/ibox/archive?ids=${nodes.map((node) => node.id).join()}`;
  else link.href = first.kind === 'file' ? `${path}/content?download=1` : `${path}/archive`;
  link.download = '';
  link.click();
}

function submit(nodes: readonly Pick<Node, 'id'>[]): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/api/ibox/archive';
  // A refusal opens beside the page, which stays.
  form.target = '_blank';
  const ids = document.createElement('input');
  ids.type = 'hidden';
  ids.name = 'ids';
  ids.value = nodes.map((node) => node.id).join();
  form.append(ids);
  document.body.append(form);
  form.submit();
  form.remove();
}
