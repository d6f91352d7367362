#!/usr/bin/env node
// Starts the bundled program from V8's code cache where there is one for this Node version; without it the
// program starts the same, only slower.
'use strict';
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const file = join(__dirname, 'main.cjs');
const cacheFile = join(__dirname, `main.${process.version}-${process.platform}-${process.arch}.cache`);

function readCache() {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

const script = new Script(
  `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`,
  {
    filename: file,
    cachedData: readCache(),
  },
);

if (process.env.AEGIS_MCP_WRITE_CODE_CACHE === '1') {
  process.once('exit', () => {
    writeFileSync(`${cacheFile}.tmp`, script.createCachedData());
    renameSync(`${cacheFile}.tmp`, cacheFile);
  });
}

script.runInThisContext()(exports, require, module, file, __dirname);
