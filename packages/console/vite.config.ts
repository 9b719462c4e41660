import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { fileURLToPath } from 'node:url';
import { compression } from 'vite-plugin-compression2';
import { licencesPlugin } from './build/licences.ts';

/** Where `vite packages/console` finds the collector while developing. */
const collector = 'http://127.0.0.1:8480';

export default defineConfig({
  plugins: [
    react(),
    licencesPlugin(fileURLToPath(new URL('../..', import.meta.url))),
    compression({ algorithms: ['brotliCompress', 'gzip'], threshold: 1_024 }),
  ],
  build: {
    target: 'chrome90',
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_200,
  },
  server: { host: '127.0.0.1', proxy: { '/api': { target: collector, changeOrigin: false } } },
});
