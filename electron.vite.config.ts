import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { globSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { contentPolicy } from './electron/content-policy.ts';

const root = import.meta.dirname;
/**
 * Each of these files is a thread's or a process' of its own: it lies beside main.js in the build, where
 * `new URL('./NAME', import.meta.url)` finds it.
 */
const threads = globSync(['electron/**/*-worker.ts', 'electron/**/image-process.ts'], { cwd: root });
const mainEntries = {
  ...Object.fromEntries(
    ['electron/main.ts', ...threads].map((file) => [path.basename(file, '.ts'), path.join(root, file)]),
  ),
  // What runs in the hidden window (electron/stills/), which serves it from here.
  'still-page': path.join(root, 'renderer', 'still', 'take.ts'),
};

/**
 * The policy of the app (electron/content-policy.ts) for the page of the development server, which serves it itself: what React's plugin
 * and vite put into the page has the nonce, and the socket for changes is of the same origin.
 */
function developmentPolicy(): Plugin {
  const nonce = 'development';
  const policy = contentPolicy({ styles: nonce, scripts: nonce });
  return {
    name: 'development-policy',
    apply: 'serve',
    config: () => ({
      html: { cspNonce: nonce },
      server: { headers: { 'Content-Security-Policy': policy } },
    }),
  };
}

export default defineConfig({
  main: {
    build: {
      target: 'node20.18',
      rolldownOptions: {
        input: mainEntries,
        // All in one folder: a module that looks for a file beside itself finds it from whichever chunk it is in.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node20.18',
      externalizeDeps: false, // a sandboxed preload can require nothing but Electron
      rolldownOptions: {
        input: path.join(root, 'electron', 'preload.ts'),
        output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: path.join(root, 'renderer'),
    plugins: [react(), developmentPolicy()],
    resolve: {
      alias: {
        'react-aria/private/utils/runAfterKeyboard': path.join(root, 'renderer', 'components', 'no-keyboard.ts'),
      },
    },
    build: {
      target: 'chrome130',
      minify: true,
      rolldownOptions: { input: path.join(root, 'renderer', 'index.html') },
    },
  },
});
