#!/usr/bin/env node
// Starts the program. Its modules come from V8's code cache where there is one for this Node version; what it lacks
// is compiled as ever, and added to it when the program ends, if the folder can be written.
'use strict';
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const cacheFile = join(__dirname, `${process.version}-${process.platform}-${process.arch}.cache`);

/** The cache file: length of the table, the table of names and lengths as JSON, then the bytes in its order. */
function readCache() {
  const entries = new Map();
  try {
    const bytes = readFileSync(cacheFile);
    let offset = 4 + bytes.readUInt32LE(0);
    for (const [name, length] of JSON.parse(bytes.toString('latin1', 4, offset))) {
      entries.set(name, bytes.subarray(offset, offset + length));
      offset += length;
    }
  } catch {
    entries.clear();
  }
  return entries;
}

function writeCache(entries) {
  const table = Buffer.from(
    JSON.stringify([...entries].map(([name, data]) => [name, data.length])),
    'latin1',
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(table.length);
  const fresh = `${cacheFile}.${process.pid}`;
  try {
    writeFileSync(fresh, Buffer.concat([size, table, ...entries.values()]));
    renameSync(fresh, cacheFile);
  } catch {
    rmSync(fresh, { force: true });
  }
}

const cache = readCache();
const modules = new Map();
const uncached = new Map();
const requireOutside = createRequire(__filename);

function requireChunk(specifier) {
  return specifier.startsWith('./') ? load(specifier.slice(2)) : requireOutside(specifier);
}

function load(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(name, module);
  const file = join(__dirname, name);
  const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(file, 'latin1')}\n})`;
  const script = new Script(source, { filename: file, cachedData: cache.get(name) });
  if (script.cachedDataRejected !== false) uncached.set(name, script);
  script.runInThisContext()(module.exports, requireChunk, module, file, __dirname);
  return module.exports;
}

process.once('exit', () => {
  if (uncached.size === 0) return;
  for (const [name, script] of uncached) cache.set(name, script.createCachedData());
  writeCache(cache);
});

load('main.js');
