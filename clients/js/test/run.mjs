#!/usr/bin/env node
// Builds the package, which checks its types, and runs all tests.
//   node test/run.mjs [--counts FILE]      writes "PASSED FAILED" to FILE
//   HERMOD_BINARY, HERMOD_BROWSER          see hermod.test.mjs and support/browser.mjs in this folder
import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
let passed = 0
let failed = 0

function run(...rest) {
  const done = spawnSync(process.execPath, rest, {
    cwd: path.join(here, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  process.stderr.write(done.stdout)
  return done
}

if (run('build.mjs').status === 0) passed++
else failed++

const files = readdirSync(here).filter((name) => name.endsWith('.test.mjs'))
const { stdout } = run('--test', '--test-reporter=tap', ...files.map((name) => path.join('test', name)))
const count = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0)
passed += count('pass')
failed += count('fail') + count('cancelled') + (count('pass') === 0 ? 1 : 0)

process.stdout.write(`${passed} passed, ${failed} failed\n`)
const at = process.argv.indexOf('--counts')
if (at > 0) writeFileSync(process.argv[at + 1], `${passed} ${failed}\n`)
process.exitCode = failed === 0 ? 0 : 1
