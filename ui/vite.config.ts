import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Relative asset names, no source maps: the bundle is served from inside the program.
export default defineConfig({
  base: './',
  plugins: [svelte()],
  // Tests mount components as the window does, not as a server would.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  build: {
    target: ['safari16.4', 'chrome110'],
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { port: 1420, strictPort: true },
});
