#!/usr/bin/env node
// Starts the program. Its modules come from V8's code cache where there is one for this Node version; without it
// the program starts the same, only slower.
'use strict';
const Module = require('node:module');
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const cacheFile = join(__dirname, `${process.version}-${process.platform}-${process.arch}.cache`);
const scripts = new Map();

/** The cache file holds one entry a module: name, length and bytes. */
function readCache() {
  const entries = new Map();
  try {
    const bytes = readFileSync(cacheFile);
    const head = bytes.readUInt32LE(0);
    let offset = 4 + head;
    for (const [name, length] of JSON.parse(bytes.toString('latin1', 4, offset))) {
      entries.set(name, bytes.subarray(offset, offset + length));
      offset += length;
    }
  } catch {
    entries.clear();
  }
  return entries;
}

const cached = readCache();
const modules = new Map();

function load(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(name, module);
  const file = join(__dirname, name);
  const source = readFileSync(file, 'latin1');
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: file,
    cachedData: cached.get(name),
  });
  scripts.set(name, script);
  script.runInThisContext()(module.exports, requireFrom, module, file, __dirname);
  return module.exports;
}

const requireOutside = Module.createRequire(__filename);
function requireFrom(specifier) {
  return specifier.startsWith('./') ? load(specifier.slice(2)) : requireOutside(specifier);
}

if (process.env.AEGIS_MCP_WRITE_CODE_CACHE === '1') {
  process.once('exit', () => {
    const entries = [...scripts].map(([name, script]) => [name, script.createCachedData()]);
    const head = Buffer.from(JSON.stringify(entries.map(([name, data]) => [name, data.length])), 'latin1');
    const size = Buffer.alloc(4);
    size.writeUInt32LE(head.length);
    writeFileSync(`${cacheFile}.tmp`, Buffer.concat([size, head, ...entries.map(([, data]) => data)]));
    renameSync(`${cacheFile}.tmp`, cacheFile);
  });
}

load('main.js');
