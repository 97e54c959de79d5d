// A complete browser client: it connects, delivers messages, renews its token, detects a dead network and reconnects.
//   const client = connect({ url, token: () => fetchToken(), onText: (text) => ..., onState: (state, code, why) => ... })
//   client.close()
export function connect({ url, token, onText, onState = () => {}, checkMs = 60_000, answerMs = 10_000 }) {
  const final = new Set([1000, 1009])                // a reconnect does not help
  let socket = null, jwt, timer, openedAt = Infinity, askedAt = -Infinity, attempt = 0, asked = false, ended = false

  const later = (ms, what) => { clearTimeout(timer); timer = setTimeout(what, ms) }
  const leftMs = () => JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).exp * 1000 - Date.now()
  const pauseMs = () => Math.max(Math.min(checkMs, leftMs() - 30_000), checkMs / 10)

  async function open() {
    onState('connecting')
    try { jwt = await token() } catch { return again() }
    if (ended) return
    const mine = socket = new WebSocket(url, ['hermod', 'bearer.' + jwt])
    openedAt = Infinity
    asked = false
    askedAt = -Infinity
    later(answerMs, () => gone(mine, 1006, ''))      // a network that drops everything gives no error
    mine.onopen = () => { openedAt = performance.now(); onState('open'); later(pauseMs(), check) }
    mine.onclose = ({ code, reason }) => gone(mine, code, reason)
    mine.onmessage = ({ data }) => {
      if (!asked || !data.startsWith('{"type":"authenticated"')) return onText(data)
      asked = false
      askedAt = performance.now()                    // the request may have arrived there only now
      later(pauseMs(), check)
    }
  }

  async function check() {                           // detects a dead connection, and renews the token
    const mine = socket, waitMs = askedAt + 5_500 - performance.now()
    if (asked) return later(answerMs, () => gone(mine, 1006, ''))  // the response may be late: the network was lost
    if (waitMs > 0) return later(waitMs, check)      // a second request within 5 s closes the connection
    try { if (leftMs() - 30_000 < checkMs) jwt = await token() } catch { return later(checkMs / 10, check) }
    if (mine === null || mine !== socket || mine.readyState !== WebSocket.OPEN) return
    if (asked || performance.now() < askedAt + 5_500) return  // another check was faster, and its timer is active
    asked = true
    askedAt = performance.now()
    mine.send(JSON.stringify({ type: 'authenticate', token: jwt }))
    later(answerMs, () => gone(mine, 1006, ''))
  }

  function gone(mine, code, reason) {
    if (mine !== socket) return
    socket = null
    clearTimeout(timer)
    mine.close()
    let why = {}
    try { why = JSON.parse(reason) } catch { /* a dead network gives no reason */ }
    onState('closed', code, why)
    ended ||= final.has(code) || why.error_code === 'AUTHORIZATION_ERROR'
    if (performance.now() - openedAt > 10_000) attempt = 0  // it was stable: this is a new failure
    const tooMany = code === 4000 || (code === 1008 && why.error_code === 'RATE_LIMIT')
    if (tooMany) attempt = 5                         // quota or rate limit: use the longest pause
    again(tooMany ? undefined : why.retry_after_ms)
  }

  // A server that shuts down says when to reconnect. Otherwise the pause doubles each time, with jitter.
  function again(ms) { if (!ended) later(ms ?? Math.min(1_000 * 2 ** attempt++, 30_000) * (0.5 + Math.random() / 2), open) }

  addEventListener('online', () => { if (!ended) later(0, socket ? check : open) })
  open()
  return { close() { ended = true; clearTimeout(timer); socket?.close(1000) } }
}
