import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { fileURLToPath } from 'node:url';
import { compression } from 'vite-plugin-compression2';
import { aheadPlugin } from './build/ahead.ts';
import { licencesPlugin } from './build/licences.ts';

/** Where `vite packages/console` finds the collector while developing. */
const collector = 'http://127.0.0.1:8480';

/** Each loaded by itself, by who needs it. */
const apart = /node_modules[\\/].*(echarts|zrender|pinyin-pro|write-excel-file)/;

/** A browser asks for six files at a time: few of them, each of what is loaded together. */
const codeSplitting = {
  groups: [
    { name: 'libraries', test: /node_modules/, tags: ['$initial' as const], priority: 5 },
    { name: 'ahead', test: /console[\\/]src[\\/]ahead[\\/]/, priority: 6 },
    // what the page names itself stays a file of its own
    { name: 'frame', test: (id: string) => !/main\.tsx|index\.html/.test(id), tags: ['$initial' as const], priority: 4 },
    { name: 'charts', test: /node_modules[\\/].*(echarts|zrender)/, priority: 3 },
    { name: 'lists', test: /console[\\/]src[\\/](grid|list)[\\/](?!use-keys)/, priority: 2 },
    {
      name: 'shared',
      test: (id: string) => !apart.test(id),
      minShareCount: 2,
      entriesAware: true,
      priority: 1,
    },
  ],
};

/** What several screens share is called after all of them. */
const chunkFileNames = ({ name }: { readonly name: string }): string => `assets/${name.split('~')[0] ?? name}-[hash].js`;

export default defineConfig({
  plugins: [
    react(),
    licencesPlugin(fileURLToPath(new URL('../..', import.meta.url))),
    aheadPlugin('ahead'),
    compression({ algorithms: ['brotliCompress', 'gzip'], threshold: 1_024 }),
  ],
  build: {
    target: 'chrome90',
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: { output: { codeSplitting, chunkFileNames } },
  },
  server: { host: '127.0.0.1', proxy: { '/api': { target: collector, changeOrigin: false } } },
});
