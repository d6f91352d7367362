/** The gateway's web page and its view of the OpenAPI document. */

export const INDEX_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>SEAL Gateway (sandbox)</title>
<link rel="stylesheet" href="/ui/styles.css">
<script type="module" src="/ui/app.js"></script>
</head>
<body>
<h1>SEAL Gateway <small>sandbox</small></h1>
<form id="load">
<label>Operator token <input id="token" type="password" autocomplete="off" required></label>
<button>Load</button>
</form>
<p id="message" role="status"></p>
<main id="lists"></main>
<p><a href="/api-docs/">API</a></p>
</body>
</html>
`;

export const APP_JS = `const LISTS = [
  ['Tools', '/v1/tools'],
  ['API specs', '/v1/specs'],
  ['Active sessions', '/v1/seal/sessions'],
  ['Security contexts', '/v1/security-contexts'],
];
const place = document.getElementById('lists');
const message = document.getElementById('message');

async function load(token) {
  place.replaceChildren();
  message.textContent = '';
  for (const [title, path] of LISTS) {
    const response = await fetch(path, { headers: { authorization: 'Bearer ' + token } });
    if (!response.ok) {
      message.textContent = path + ' answered ' + response.status;
      return;
    }
    place.append(section(title, await response.json()));
  }
}

function section(title, rows) {
  const heading = document.createElement('h2');
  heading.textContent = title;
  const list = document.createElement('ul');
  for (const row of rows) {
    const item = document.createElement('li');
    item.textContent = row.name ?? row.execution_id;
    list.append(item);
  }
  const box = document.createElement('section');
  box.append(heading, list);
  return box;
}

document.getElementById('load').addEventListener('submit', (event) => {
  event.preventDefault();
  void load(document.getElementById('token').value);
});
`;

export const STYLES_CSS = `body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
small { color: #666; font-weight: normal; }
input { width: 24rem; max-width: 100%; }
`;

export const DOCS_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>SEAL Gateway API (sandbox)</title>
<script type="module" src="/api-docs/swagger-initializer.js"></script>
</head>
<body>
<h1>SEAL Gateway API <small>sandbox</small></h1>
<p><a href="/openapi.json">openapi.json</a></p>
<table id="operations"></table>
</body>
</html>
`;

export const DOCS_JS = `const { paths } = await (await fetch('/openapi.json')).json();
const table = document.getElementById('operations');
for (const [path, item] of Object.entries(paths)) {
  for (const [method, operation] of Object.entries(item)) {
    const row = table.insertRow();
    for (const text of [method.toUpperCase(), path, operation.operationId]) row.insertCell().textContent = text;
  }
}
`;
