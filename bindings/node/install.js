#!/usr/bin/env node
'use strict'

// Builds the addon with the Meson build of the checkout that contains this folder; `npm install` runs it.
// HERMOD_BUILD_DIR names an existing build folder.
const { execFileSync, spawnSync } = require('node:child_process')
const { copyFileSync, existsSync, mkdirSync, readFileSync } = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..', '..')
const folder = path.resolve(root, process.env.HERMOD_BUILD_DIR ?? 'build-node')

function fail(message) {
  process.stderr.write(`hermod: ${message}\n`)
  process.exit(1)
}

function run(command, ...rest) {
  const { status, error } = spawnSync(command, rest, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) fail(`${command} ${rest[0]} failed${error ? ` (${error.message})` : ''}`)
}

// The packages that the build needs. script/lib/setup.sh has the only list, which script/server uses too.
function neededPackages() {
  const list = /^packages_build=\(([^)]*)\)/m.exec(readFileSync(path.join(root, 'script/lib/setup.sh'), 'utf8'))
  return list[1].trim().split(/\s+/)
}

function missingPackages() {
  return neededPackages().filter((name) => {
    const asked = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}', name], { encoding: 'utf8' })
    return asked.error === undefined && asked.stdout !== 'ii '
  })
}

function headers() {
  try {
    return execFileSync(process.execPath, [path.join(__dirname, 'find_headers.js')], { encoding: 'utf8' })
  } catch {
    return undefined
  }
}

if (process.platform !== 'linux') fail('this package supports only Linux')
if (!existsSync(path.join(root, 'script/lib/setup.sh'))) {
  fail('this package builds only inside a checkout: npm install path/to/hermod/bindings/node (without --install-links)')
}
const missing = missingPackages()
const found = headers()
if (found === undefined) missing.push('libnode-dev')
if (missing.length > 0) fail(`these Debian packages are missing:\n  sudo apt-get install ${missing.join(' ')}`)

if (!existsSync(path.join(folder, 'build.ninja'))) {
  run('meson', 'setup', folder, '--buildtype=release', '-Dtests=disabled', '-Dunity=on',
      '-Dnode=enabled', `-Dnode_headers=${found}`)
} else {
  run('meson', 'configure', folder, '-Dnode=enabled', `-Dnode_headers=${found}`)
}
run('ninja', '-C', folder, 'bindings/node/hermod_node.node')
mkdirSync(path.join(__dirname, 'build'), { recursive: true })
copyFileSync(path.join(folder, 'bindings/node/hermod_node.node'), path.join(__dirname, 'build/hermod.node'))
