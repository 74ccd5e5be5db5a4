import { createReadStream, existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const from = path.resolve(import.meta.dirname, '../node_modules/@excalidraw/excalidraw/dist/prod');
const at = 'assets/excalidraw';
const elsewhere = '`https://esm.sh/';

/** The whiteboard's fonts come from the hub, by the names that Excalidraw asks for (web/src/vroom/board/excalidraw.ts). */
export const excalidrawFonts = (): Plugin => ({
  name: 'excalidraw-fonts',
  // Excalidraw names another host for what the hub would lack. The hub lacks nothing, and its policy lets no page ask there.
  transform: {
    filter: { id: /@excalidraw\/excalidraw\/dist\// },
    handler: (code) => (code.includes(elsewhere) ? code.replace(elsewhere, `\`\${location.origin}/${at}/`) : null),
  },
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk' && chunk.code.includes('esm.sh')) this.error(`${chunk.fileName} asks another host`);
    for (const file of globSync('fonts/**/*.woff2', { cwd: from }))
      this.emitFile({
        type: 'asset',
        fileName: `${at}/${file.split(path.sep).join('/')}`,
        source: readFileSync(path.join(from, file)),
      });
  },
  configureServer(server) {
    server.middlewares.use(`/${at}`, (req, res, next) => {
      const file = path.join(from, path.normalize(`/${req.url?.split('?', 1)[0]}`));
      if (!file.endsWith('.woff2') || !existsSync(file)) return next();
      res.setHeader('Content-Type', 'font/woff2');
      createReadStream(file).pipe(res);
    });
  },
});
