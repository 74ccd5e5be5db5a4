import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { excalidrawFonts } from './excalidraw-fonts.ts';

const hub = process.env.HUB_URL ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [react(), excalidrawFonts()],
  build: {
    target: 'es2023',
    // The hub's Content-Security-Policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is imported first runs first, across chunks: no-eval.ts before the contracts.
    rolldownOptions: { output: { strictExecutionOrder: true } },
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { '/api': hub, '/socket.io': { target: hub, ws: true } },
  },
});
