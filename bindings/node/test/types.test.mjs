// The types name exactly the options that the service's table of settings has.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { optionNames } from 'hermod'

test('each option is in the types', () => {
  const types = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')
  const [, body] = /export interface RouterOptions \{([^]*?)\n\}/.exec(types)
  const typed = [...body.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name)
  assert.deepEqual([...typed].sort(), [...optionNames].sort())
})
