/** SEAL gateway: its web pages, for looking at what a person would see there. */
import { page, readPage } from '../actions/gateway-pages.js';
import { action } from '../define.js';
import { id } from '../shapes.js';

const OFF = 'The pages of this gateway are switched off (ui.enabled): its management API works all the same.';

type Pages = 'GET /' | 'GET /ui/app.js' | 'GET /ui/styles.css' | 'GET /api-docs/';

/** One file that a browser asks for, without a credential. */
function pageRow(operation: string, route: Pages, title: string, description: string) {
  return action({
    title: `Gateway: ${title}`,
    description,
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    alternative: OFF,
    input: () => ({}),
    output: page,
    live: { operation, route, auth: 'none' },
    run: readPage,
  });
}

export const gatewayPages = {
  gateway_ui_index: pageRow(
    'gatewayUiIndex',
    'GET /',
    'web page',
    'Gets the HTML of the web page that the gateway shows to operators.',
  ),
  gateway_ui_app_js: pageRow(
    'gatewayUiAppJs',
    'GET /ui/app.js',
    'script of the web page',
    'Gets the script of the web page of the gateway.',
  ),
  gateway_ui_styles_css: pageRow(
    'gatewayUiStylesCss',
    'GET /ui/styles.css',
    'styles of the web page',
    'Gets the style sheet of the web page of the gateway.',
  ),
  gateway_api_docs: pageRow(
    'gatewayApiDocs',
    'GET /api-docs/',
    'API page',
    'Gets the HTML of the page that shows the API of the gateway (Swagger UI). The document itself: gateway_open_api_json.',
  ),
  gateway_api_docs_asset: action({
    title: 'Gateway: file of the API page',
    description: 'Gets a file that the API page of the gateway loads, for example swagger-ui.css.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    alternative: OFF,
    input: () => ({ asset: id('Name of the file, as the API page refers to it.') }),
    output: page,
    live: { operation: 'gatewayApiDocsAsset', route: 'GET /api-docs/{asset}', auth: 'none' },
    run: readPage,
  }),
};
