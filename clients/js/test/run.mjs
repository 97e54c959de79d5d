#!/usr/bin/env node
// Builds the package, which checks its types, and runs all tests.
//   node test/run.mjs [--counts FILE]      writes "PASSED FAILED" to FILE
//   HERMOD_BINARY, HERMOD_BROWSER          see hermod.test.mjs and support/browser.mjs in this folder
import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
let passed = 0
let failed = 0

/** Runs Node and returns its status and its output, which it also shows. */
async function run(...rest) {
  const child = spawn(process.execPath, rest, { cwd: path.join(here, '..'), stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  const status = await new Promise((done) => child.once('close', done))
  process.stderr.write(stdout)
  return { status, stdout }
}

async function runTests(files) {
  const { stdout } = await run('--test', '--test-reporter=tap', ...files.map((name) => path.join('test', name)))
  const count = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0)
  passed += count('pass')
  failed += count('fail') + count('cancelled') + (count('pass') + count('skipped') === 0 ? 1 : 0)
}

if ((await run('build.mjs')).status === 0) passed++
else failed++

// Tests wait most of the time. Those with programs of their own run at the same time as the others.
const slow = ['browser.test.mjs', 'hermod.test.mjs']
const rest = readdirSync(here).filter((name) => name.endsWith('.test.mjs') && !slow.includes(name))
await Promise.all([runTests(slow), runTests(rest)])

process.stdout.write(`${passed} passed, ${failed} failed\n`)
const at = process.argv.indexOf('--counts')
if (at > 0) writeFileSync(process.argv[at + 1], `${passed} ${failed}\n`)
process.exitCode = failed === 0 ? 0 : 1
