// A whole browser client: connects, delivers, renews its token in time, and comes back when it should.
//   const client = connect({ url, token: () => fetchToken(), onText: (text) => …, onState: (state) => … })
//   client.close()
export function connect({ url, token, onText, onState = () => {} }) {
  const quiet = { 1000: true, 4000: true }        // we left; too many connections: coming back changes nothing
  let socket, timer, attempt = 0, ended = false, renewing = false

  const expiry = (jwt) => JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).exp * 1000
  const later = (ms, what) => { clearTimeout(timer); timer = setTimeout(what, Math.min(ms, 2 ** 31 - 1)) }

  async function renew() {                         // half a minute before the token ends, on the open connection
    const jwt = await token()
    if (socket?.readyState !== WebSocket.OPEN) return
    renewing = true
    socket.send(JSON.stringify({ type: 'authenticate', token: jwt }))
    later(Math.max(expiry(jwt) - Date.now() - 30_000, 1_000), renew)
  }

  async function open() {
    if (ended) return
    onState('connecting')
    let jwt
    try { jwt = await token() } catch { return again() }
    socket = new WebSocket(url, ['hermod', 'bearer.' + jwt])
    socket.onopen = () => { attempt = 0; onState('open'); later(Math.max(expiry(jwt) - Date.now() - 30_000, 1_000), renew) }
    socket.onmessage = ({ data }) => {
      if (renewing && data.startsWith('{"type":"authenticated"')) { renewing = false; return }
      onText(data)
    }
    socket.onclose = ({ code, reason }) => {
      let why = {}
      try { why = JSON.parse(reason) } catch { /* a dead network gives no reason */ }
      onState('closed', code, why)
      if (code in quiet || why.error_code === 'AUTHORIZATION_ERROR') { ended = true; return }
      again(why.retry_after_ms)                    // 1001 says when to come back; the others wait longer each time
    }
  }

  function again(ms) { later(ms ?? Math.min(1_000 * 2 ** attempt++, 30_000) * (0.5 + Math.random() / 2), open) }
  addEventListener('online', () => { if (!ended && socket?.readyState === WebSocket.CLOSED) later(0, open) })
  open()
  return { close() { ended = true; clearTimeout(timer); socket?.close(1000) } }
}
