// The plain protocol in some fifty lines, to learn from; docs/client.md explains each rule. Applications use the package hermod-client.
export function connect({ url, token, onText, onState = () => {}, checkMs = 60_000, answerMs = 10_000 }) {
  let current, jwt, renewAt, timer, attempt = 0, ended = false
  const now = () => performance.now()                        // the wall clock of a client may be wrong
  const later = (ms, what) => { clearTimeout(timer); timer = setTimeout(what, ms) }
  const limit = (mine) => later(answerMs, () => gone(mine, 1006, ''))  // a network that drops everything gives no error
  const checkLater = (mine) => later(Math.max(Math.min(checkMs, renewAt - now()), checkMs / 10), () => check(mine))

  async function renew() {                                   // throws for a login page, an empty body or a line end
    const askedAt = now(), text = await token()
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) throw new Error('not a token')
    const { exp, iat } = JSON.parse(atob(text.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))
    ;[jwt, renewAt] = [text, askedAt + ((exp - iat) * 800 || Infinity)]  // at 80 % of its life
  }
  async function open() {                                    // whatever fails here is a failed attempt
    const mine = current = { askedAt: -Infinity }
    limit(mine)
    onState('connecting')
    try {
      await renew()
      if (mine !== current) return
      const socket = mine.socket = new WebSocket(url, ['hermod', 'bearer.' + jwt])
      socket.onopen = () => { mine.openedAt = now(); checkLater(mine); onState('open') }
      socket.onclose = ({ code, reason }) => gone(mine, code, reason)
      socket.onmessage = ({ data }) => {
        if (!mine.asked || !data.startsWith('{"type":"authenticated"')) return onText(data)
        Object.assign(mine, { asked: false, askedAt: now() })  // the request may have arrived there only now
        checkLater(mine)
      }
    } catch { gone(mine, 1006, '') }
  }
  async function check(mine) {                               // detects a dead connection, and renews the token
    const waitMs = mine.askedAt + 5_500 - now()              // a second token within 5 s closes the connection
    if (!mine.asked && waitMs > 0) return later(waitMs, () => check(mine))
    limit(mine)                                              // once more if asked: the answer may be late
    if (mine.asked) return
    mine.asked = true
    if (now() + 5_500 + checkMs / 10 > renewAt) await renew().catch(() => {})  // the next check may be too late; the old one is valid
    if (mine === current) mine.askedAt = now(), mine.socket.send(JSON.stringify({ type: 'authenticate', token: jwt }))
  }
  function gone(mine, code, reason) {
    if (mine !== current) return
    current = null
    clearTimeout(timer)
    mine.socket?.close(ended ? 1000 : 3001)                  // after 1000, hermod forgets how far this page has received
    let why = {}
    try { why = Object(JSON.parse(reason)) } catch { /* a dead network gives no reason */ }
    const tooMany = code === 4000 || why.error_code === 'RATE_LIMIT'
    ended ||= code === 1000 || code === 1009 || why.error_code === 'AUTHORIZATION_ERROR'
    attempt = tooMany ? 5 : now() - mine.openedAt > 10_000 ? 0 : attempt
    const pauseMs = Math.min(1_000 * 2 ** attempt++, 30_000) * (0.5 + Math.random() / 2)
    if (!ended) later((!tooMany && why.retry_after_ms) || pauseMs, open)
    onState('closed', code, why)
  }
  addEventListener('online', () => { if (!ended) current ? current.openedAt && check(current) : later(0, open) })
  open()
  return { close() { ended = true; clearTimeout(timer); if (current) gone(current, 1000, '') } }
}
