import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Relative asset names and no source maps, because the bundle is embedded in the program.
export default defineConfig({
  base: './',
  plugins: [svelte()],
  // Without this, tests would get Svelte's server build.
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
