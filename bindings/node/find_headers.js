#!/usr/bin/env node
// Prints the folder that contains node_api.h: next to the running Node, in the folder of Debian's libnode-dev, or in
// the npm package node-api-headers. Node-API is the same in all of them.
const { existsSync } = require('node:fs')
const path = require('node:path')

function* places() {
  yield path.join(path.dirname(path.dirname(process.execPath)), 'include', 'node')
  yield '/usr/include/node'
  try {
    yield path.join(path.dirname(require.resolve('node-api-headers/package.json')), 'include')
  } catch {
    // the package is not installed
  }
}

for (const place of places()) {
  if (!existsSync(path.join(place, 'node_api.h'))) continue
  process.stdout.write(place)
  process.exit(0)
}
process.stderr.write('node_api.h was not found: apt-get install libnode-dev, or npm install node-api-headers\n')
process.exit(1)
