// Builds the package into build/: ES modules and CommonJS with their types, and one minified file for pages without a bundler.
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const here = path.dirname(fileURLToPath(import.meta.url))
const at = (...names) => path.join(here, ...names)

function tsc(project) {
  const done = spawnSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at(project)], { stdio: 'inherit' })
  if (done.status !== 0) process.exit(1)
}

rmSync(at('build'), { recursive: true, force: true })
tsc('tsconfig.json')
tsc('tsconfig.cjs.json')
writeFileSync(at('build/cjs/package.json'), '{ "type": "commonjs" }\n')
buildSync({
  entryPoints: [at('build/esm/index.js')],
  outfile: at('build/hermod-client.min.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
})
