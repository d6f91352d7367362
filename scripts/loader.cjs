#!/usr/bin/env node
// Starts the program. Its chunks come from V8's code cache where there is one for this Node version; what it lacks is
// compiled as ever, and added to it when the program ends, if the folder can be written.
'use strict';
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const cacheFolder = join(__dirname, `cache-${process.version}-${process.platform}-${process.arch}`);
const modules = new Map();
const uncached = new Map();
const requireOutside = createRequire(__filename);

function readCache(name) {
  try {
    return readFileSync(join(cacheFolder, name));
  } catch {
    return undefined;
  }
}

/** Whole files or none: another process may read them at any moment. */
function writeCache() {
  try {
    mkdirSync(cacheFolder, { recursive: true });
    for (const [name, script] of uncached) {
      const fresh = join(cacheFolder, `${name}.${process.pid}`);
      writeFileSync(fresh, script.createCachedData());
      renameSync(fresh, join(cacheFolder, name));
    }
  } catch {
    // A folder that cannot be written makes later starts slower, nothing else.
  }
}

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
  const script = new Script(source, { filename: file, cachedData: readCache(name) });
  if (script.cachedDataRejected !== false) uncached.set(name, script);
  script.runInThisContext()(module.exports, requireChunk, module, file, __dirname);
  return module.exports;
}

process.once('exit', () => {
  if (uncached.size > 0) writeCache();
});

load('main.js');
