#!/usr/bin/env node
'use strict'

// Runs all tests: the tests and the examples of node --test, then the examples of Vitest and Jest, then the type check.
//   node test/run.js [--counts FILE]      writes "PASSED FAILED" to FILE
const { spawnSync } = require('node:child_process')
const { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')

const here = path.join(__dirname, '..')
const scratch = mkdtempSync(path.join(tmpdir(), 'hermod-node-'))
const tool = (name) => path.join(here, 'node_modules', '.bin', name)
let passed = 0
let failed = 0

function note(good, bad) {
  passed += good
  failed += bad
}

function run(command, options, ...rest) {
  return spawnSync(command, rest, { cwd: here, stdio: ['ignore', 'inherit', 'inherit'], ...options })
}

function byNode() {
  const files = ['test', 'examples/node-test'].flatMap((folder) =>
    readdirSync(path.join(here, folder))
      .filter((name) => name.endsWith('.test.mjs'))
      .map((name) => path.join(folder, name)),
  )
  const { stdout } = run(
    process.execPath,
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 26 },
    '--test',
    '--test-reporter=tap',
    ...files,
  )
  process.stderr.write(stdout)
  const count = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0)
  const good = count('pass')
  note(good, count('fail') + count('cancelled') + (good === 0 ? 1 : 0))
}

// Vitest and Jest write reports of the same form.
function byRunner(name, ...rest) {
  const report = path.join(scratch, name)
  run(tool(name), { cwd: path.join(here, 'examples', name) }, ...rest, `--outputFile=${report}`)
  try {
    const { numPassedTests, numFailedTests, success } = JSON.parse(readFileSync(report, 'utf8'))
    note(numPassedTests, numFailedTests + (success || numFailedTests > 0 ? 0 : 1))
  } catch {
    note(0, 1)
  }
}

byNode()
byRunner('vitest', 'run', '--reporter=json')
byRunner('jest', '--ci', '--json')
if (run(tool('tsc'), {}, '-p', 'test/tsconfig.json').status === 0) note(1, 0)
else note(0, 1)
rmSync(scratch, { recursive: true })

process.stdout.write(`${passed} passed, ${failed} failed\n`)
const at = process.argv.indexOf('--counts')
if (at > 0) writeFileSync(process.argv[at + 1], `${passed} ${failed}\n`)
process.exitCode = failed === 0 ? 0 : 1
