// Runs the first example of README.md.
import { execFile } from 'node:child_process'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

test('the example of README.md', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example] = /```js\n([^]*?)```/.exec(readme)
  const file = fileURLToPath(new URL('../build/readme.mjs', import.meta.url)) // 'hermod' resolves here
  writeFileSync(file, example)
  const { NODE_TEST_CONTEXT, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--test-reporter=tap', file], { env })
  assert.match(stdout, /^# pass 1$/m)
})
