/** Runs the window in an ordinary browser with a fake core, for development and screenshots. */
import { fileURLToPath } from 'node:url';
import { mergeConfig, type Plugin } from 'vite';
import base from '../../vite.config';
import { pageOf } from './books';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Serves the pages of generated books, as the `book:` protocol does in the app. */
const bookProtocol: Plugin = {
  name: 'generated-books',
  configureServer(server) {
    server.middlewares.use('/book', (request, response) => {
      const [, id = '', href = ''] = (request.url ?? '').split('/');
      const page = pageOf(id, decodeURIComponent(href));
      response.statusCode = page === null ? 404 : 200;
      response.setHeader('Content-Type', 'text/html;charset=utf-8');
      response.end(page ?? '');
    });
  },
};

export default mergeConfig(base, {
  root: here('../..'),
  plugins: [bookProtocol],
  resolve: {
    alias: {
      '@tauri-apps/api/core': here('core.ts'),
      '@tauri-apps/api/event': here('event.ts'),
    },
  },
});
