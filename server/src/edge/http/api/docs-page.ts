import type { OpenApi, Operation } from '../openapi.ts';

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2b2b;background:#fff}
h2{margin-top:2.5rem;text-transform:capitalize}summary{cursor:pointer;padding:.4rem 0}code,pre{font:14px/1.45 ui-monospace,monospace}
pre{background:#f2f6f6;padding:.8rem;border-radius:8px;overflow:auto}.method{display:inline-block;min-width:4.5rem;font-weight:700;text-transform:uppercase;color:#0e5a57}
dt{font-weight:600}@media(prefers-color-scheme:dark){body{background:#111b1b;color:#dfe9e9}pre{background:#1c2a2a}.method{color:#6fd0c8}a{color:#6fd0c8}}`;

/** The document as one page without a script: it works under the strictest policy, and without JavaScript. */
export function docsPage(document: OpenApi): string {
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const [tag] = operation.tags as [string];
      groups.set(tag, [...(groups.get(tag) ?? []), shown(method, path, operation)]);
    }
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `<details id="${name}"><summary><code>${name}</code></summary>${json(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Diwan API</title><style>${style}</style>
<h1>${text(document.info.title)} API ${text(document.info.version)}</h1><p>${text(document.info.description)}</p>
<p><a href="openapi.json">openapi.json</a></p>
${[...groups].map(([tag, calls]) => `<h2>${text(tag)}</h2>${calls.join('')}`).join('')}
<h2>Schemas</h2>${schemas.join('')}</html>`;
}

function shown(method: string, path: string, { summary, parameters, requestBody, responses }: Operation): string {
  const parts = [
    (parameters as unknown[]).length > 0 ? `<h4>Parameters</h4>${json(parameters)}` : '',
    requestBody ? `<h4>Request</h4>${json((requestBody as { content: unknown }).content)}` : '',
    '<h4>Answers</h4><dl>',
    ...Object.entries(responses).map(([status, { description, content }]) => {
      const body = Number(status) < 300 && content ? json(content) : '';
      return `<dt>${status}</dt><dd>${text(String(description)).replaceAll('\n\n', '<br>')}${body}</dd>`;
    }),
    '</dl>',
  ];
  return `<details><summary><span class="method">${method}</span> <code>${text(path)}</code> ${text(summary)}</summary>${parts.join('')}</details>`;
}

const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Pretty, with references as links to the schemas below. */
const json = (value: unknown): string =>
  `<pre>${text(JSON.stringify(value, null, 2)).replace(/#\/components\/schemas\/(\w+)/g, '<a href="#$1">$1</a>')}</pre>`;
