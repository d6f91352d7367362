/** Health, web page and generated documentation, all without authentication (contract tag System). */
import type { Dialect, Reply } from '../../kernel.js';
import { empty, json, text } from '../../replies.js';
import type { GatewayRoute } from '../kernel.js';
import { openApiDocument } from './openapi.js';
import { APP_JS, DOCS_HTML, DOCS_JS, INDEX_HTML, STYLES_CSS } from './pages.js';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'application/javascript; charset=utf-8';

const ASSETS: ReadonlyMap<string, Reply> = new Map([
  ['index.html', file(DOCS_HTML, HTML)],
  ['swagger-initializer.js', file(DOCS_JS, SCRIPT)],
]);

/** The routes; `operations` are those the OpenAPI document tells of. */
export function systemRoutes(operations: readonly GatewayRoute[], dialect: Dialect): readonly GatewayRoute[] {
  const page = (path: string, reply: Reply): GatewayRoute => ({ method: 'GET', path, handler: () => reply });
  return [
    page('/health', text(200, 'ok')),
    page('/', file(INDEX_HTML, HTML)),
    page('/ui/app.js', file(APP_JS, SCRIPT)),
    page('/ui/styles.css', file(STYLES_CSS, 'text/css; charset=utf-8')),
    page('/openapi.json', json(openApiDocument(operations, dialect))),
    page('/api-docs', empty(303, { location: '/api-docs/' })),
    page('/api-docs/', file(DOCS_HTML, HTML)),
    {
      method: 'GET',
      path: '/api-docs/{asset}',
      handler: ({ params }) => ASSETS.get(params.asset ?? '') ?? empty(404),
    },
  ];
}

function file(content: string, type: string): Reply {
  return { status: 200, bytes: Buffer.from(content), type };
}
