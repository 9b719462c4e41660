import type { Plugin } from 'vite';

/** The page runs the chunk `name` before all others: it is small, waits for nothing, and what it begins goes on while the rest is loaded. */
export function aheadPlugin(name: string): Plugin {
  return {
    name: 'cardwatch-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) => {
        const file = Object.values(bundle ?? {}).find((one) => one.type === 'chunk' && one.name === name)?.fileName;
        if (file === undefined) throw new Error(`the build has no chunk ${name}`);
        return [
          { tag: 'script', attrs: { type: 'module', async: true, crossorigin: true, src: `/${file}` }, injectTo: 'head-prepend' },
        ];
      },
    },
  };
}
