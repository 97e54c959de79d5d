// A page in a headless browser, which runs the expressions that a test sends. It needs no protocol of a browser: the page asks
// for the next expression over HTTP and posts its value.
//   HERMOD_BROWSER  the program, by default chromium; a name that contains firefox is started as Firefox
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PATIENCE_MS, until } from './watch.mjs'

export const program = process.env.HERMOD_BROWSER ?? 'chromium'

const CHROMIUM = [
  '--headless=new',
  '--no-sandbox', // the tests may run as root, and only open their own pages
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--mute-audio',
]
const START_MS = 60_000
const LOOP = `<!doctype html><title>test</title><link rel=icon href=data:,><script type=module>
for (;;) {
  const code = await (await fetch('/driver/next')).text()
  if (!code) continue
  let said
  try { said = { value: await (0, eval)('(async () => (' + code + '))()') } }
  catch (error) { said = { error: String(error && error.stack || error) } }
  await fetch('/driver/result', { method: 'POST', body: JSON.stringify(said) })
}
</script>`
const MODULES = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..', '..', 'build')

/** Serves the page from `server` and opens it. */
export async function openPage(t, server) {
  const profile = mkdtempSync(path.join(tmpdir(), 'hermod-browser-'))
  let waiting, answered
  server.pages['/'] = (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(LOOP)
  server.pages['/hermod-client.js'] = (_, response) =>
    response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(readFileSync(path.join(MODULES, 'hermod-client.min.js')))
  server.pages['/driver/next'] = (_, response) => (waiting = response)
  server.pages['/driver/result'] = (_, response, body) => {
    response.end()
    answered(JSON.parse(body))
  }
  const flags = program.includes('firefox')
    ? ['--headless', '--no-remote', '--profile', profile]
    : [...CHROMIUM, `--user-data-dir=${profile}`]
  const home = { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile }
  const browser = spawn(program, [...flags, `${server.origin}/`], { env: home, stdio: 'ignore', detached: true })
  t.after(async () => {
    const ended = new Promise((done) => browser.once('exit', done))
    process.kill(-browser.pid, 'SIGKILL')
    await ended
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
  })

  async function run(code) {
    const response = await until(() => waiting, `the page asks for work (${program})`, START_MS)
    waiting = undefined
    const said = await new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`no answer of the page to ${code}`)), 3 * PATIENCE_MS)
      answered = (what) => done(what) || clearTimeout(timer)
      response.end(code)
    })
    if (said.error) throw new Error(said.error)
    return said.value
  }
  return { run, until: (code) => until(() => run(code), code) }
}
