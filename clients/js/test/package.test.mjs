import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { before, after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'

const SIZE_BYTES_MAX = 4096 // what an application adds to its bundle, after gzip
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
let project, packed

function run(command, ...rest) {
  const done = spawnSync(command, rest, { cwd: project, encoding: 'utf8' })
  assert.equal(done.status, 0, `${command} ${rest.join(' ')}\n${done.stdout}\n${done.stderr}`)
  return done.stdout
}

// An empty project that has installed the packed package.
before(() => {
  project = mkdtempSync(path.join(tmpdir(), 'hermod-client-'))
  const [{ filename, files }] = JSON.parse(run('npm', 'pack', root, '--json', '--ignore-scripts', '--pack-destination', project))
  packed = files.map((file) => file.path)
  writeFileSync(path.join(project, 'package.json'), '{ "private": true, "dependencies": {} }')
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', `./${filename}`)
})
after(() => rmSync(project, { recursive: true, force: true }))

const bundle = (code) =>
  buildSync({
    stdin: { contents: code, resolveDir: project },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['react'],
    write: false,
  }).outputFiles[0]

test('an application grows by less than 4 KB', (t) => {
  const { length } = gzipSync(bundle(`export { connect } from 'hermod-client'`).contents, { level: 9 })
  t.diagnostic(`connect: ${length} bytes of ${SIZE_BYTES_MAX}`)
  assert.ok(length < SIZE_BYTES_MAX, `${length} bytes`)
})

test('a part that is not used is not in the bundle', () => {
  assert.equal(bundle(`import 'hermod-client'; import 'hermod-client/mock'; import 'hermod-client/react'`).text.trim(), '')
  const { text } = bundle(`import { CloseCode } from 'hermod-client'; console.log(CloseCode.slowClient)`)
  assert.ok(text.length < 300, text)
  assert.ok(!bundle(`export { connect } from 'hermod-client'`).text.includes('react'))
})

test('the package has the builds, the types, the example and the page for readers', () => {
  for (const format of ['esm', 'cjs']) {
    for (const entry of ['index', 'mock', 'react']) {
      for (const suffix of ['js', 'd.ts']) assert.ok(packed.includes(`build/${format}/${entry}.${suffix}`), `${format}/${entry}.${suffix}`)
    }
  }
  for (const name of ['README.md', 'build/hermod-client.min.js', 'examples/index.html']) assert.ok(packed.includes(name), name)
  assert.ok(!packed.some((name) => name.startsWith('test/') || name.startsWith('src/')))
})

test('it has no dependencies', () => {
  assert.equal(run('npm', 'ls', '--omit=peer', '--json').includes('"ws"'), false)
})

test('an ES module uses it', () => {
  const code = `import { connect, CloseCode } from 'hermod-client'; import { MockHermod } from 'hermod-client/mock'
    console.log(typeof connect, CloseCode.quotaExceeded, new MockHermod().state.state)`
  assert.equal(run('node', '--input-type=module', '-e', code), 'function 4000 connecting\n')
})

test('a CommonJS module uses it', () => {
  const code = `const { connect, CloseCode } = require('hermod-client'); const { MockHermod } = require('hermod-client/mock')
    console.log(typeof connect, CloseCode.quotaExceeded, new MockHermod().state.state)`
  assert.equal(run('node', '--input-type=commonjs', '-e', code), 'function 4000 connecting\n')
})

const CONSUMER = `
import { connect, CloseCode, type Client, type Notification, type ServerFrame, type State, type StopReason } from 'hermod-client'
import { MockHermod } from 'hermod-client/mock'

interface Own extends Notification { extra: number }
const client: Client<Own> = connect<Own>({ url: '/ws', token: async () => 'a.b.c', device: 'laptop' })
const off: () => void = client.on('notification', ({ id, seen, notification }) => {
  const n: number = notification.extra
  if (id !== null && !seen) client.seen(id)
  client.seen([String(n)])
  client.seen({ upTo: '1-0' })
})
off()
client.on('state', (state: State) => {
  const reason: StopReason | undefined = state.reason
  if (state.code === CloseCode.slowClient) console.log(reason)
})
client.on('seen', (seen) => ('ids' in seen ? seen.ids.length : seen.upTo.length))
client.on('error', (error) => error.message)
async function read() { for await (const { notification } of client) console.log(notification.extra) }
const mock: Client = new MockHermod()
function count(frame: ServerFrame): number {
  switch (frame.type) {
    case 'dropped': return frame.count
    case 'goodbye': return frame.retry_after_ms ?? frame.code
    default: return 0
  }
}
// @ts-expect-error there is no such event
client.on('other', () => {})
// @ts-expect-error the token is a function
connect({ url: '/ws', token: 'abc' })
export { read, mock, count }
`

for (const [name, options, file] of [
  ['an ES module of Node', { module: 'NodeNext', moduleResolution: 'NodeNext' }, 'consumer.mts'],
  ['a CommonJS module of Node', { module: 'NodeNext', moduleResolution: 'NodeNext' }, 'consumer.cts'],
  ['a bundler', { module: 'ESNext', moduleResolution: 'Bundler' }, 'consumer.ts'],
  ['the resolution of older projects', { module: 'CommonJS', moduleResolution: 'Node10' }, 'consumer.ts'],
]) {
  test(`TypeScript for ${name} finds the types`, () => {
    writeFileSync(path.join(project, file), CONSUMER)
    const compilerOptions = { ...options, target: 'ES2022', lib: ['ES2022', 'DOM'], types: [], strict: true, exactOptionalPropertyTypes: true, noEmit: true }
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
    run('node', path.join(root, 'node_modules/typescript/bin/tsc'), '-p', '.')
  })
}

test('TypeScript finds the types of the hook', () => {
  mkdirSync(path.join(project, 'node_modules/@types'), { recursive: true })
  for (const name of ['react', '@types/react', 'csstype']) symlinkSync(path.join(root, 'node_modules', name), path.join(project, 'node_modules', name))
  const code = `import { useHermod } from 'hermod-client/react'
    export function Bell() { const { unseen, seen, notifications } = useHermod({ url: '/ws', token: () => '' }); seen(notifications[0]?.id ?? ''); return unseen + 1 }`
  writeFileSync(path.join(project, 'hook.mts'), code)
  const compilerOptions = { module: 'NodeNext', target: 'ES2022', lib: ['ES2022', 'DOM'], types: [], strict: true, noEmit: true }
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['hook.mts'] }))
  run('node', path.join(root, 'node_modules/typescript/bin/tsc'), '-p', '.')
})
