/** GET /: the page, as files; nothing of it comes from anywhere else. */
import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';

const folder = new URL('../../page/', import.meta.url);

const files = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/page/page.css', 'page.css', 'text/css; charset=utf-8'],
  ['/page/page.js', 'page.js', 'text/javascript; charset=utf-8'],
] as const;

/** Nothing inline, nothing from elsewhere, and no other site may frame it. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

export function page(app: FastifyInstance): void {
  for (const [path, file, type] of files) {
    const content = readFileSync(new URL(file, folder), 'utf8');
    app.get(path, async (_, reply) => reply.headers(headers).type(type).send(content));
  }
}
