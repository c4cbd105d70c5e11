/** The window in an ordinary browser, over a made-up library. For looking and for screenshots; never part of the program. */
import { fileURLToPath } from 'node:url';
import { mergeConfig, type Plugin } from 'vite';
import base from '../../vite.config';
import { pageOf } from './books';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Serves the pages of made-up books, as the `book:` protocol does in the program. */
const bookProtocol: Plugin = {
  name: 'made-up-books',
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
