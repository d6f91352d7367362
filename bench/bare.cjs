// The floor: a Node process that answers JSON-RPC lines from a ready string, with no library at all.
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const list = readFileSync(process.argv[2] ?? join(__dirname, 'list.json'), 'utf8');
const answers = {
  initialize:
    '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"bare","version":"0"}}',
  'tools/list': list,
};
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, method } = JSON.parse(line);
    if (id !== undefined)
      process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":${answers[method] ?? '{}'}}\n`);
  }
});
