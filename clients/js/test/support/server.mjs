// A service that speaks to clients as hermod does, with the faults that a test asks for: WebSocket with hermod.v1 and the plain
// protocol, server-sent events and acknowledgements. It keeps the state of each user as hermod keeps it.
import http from 'node:http'
import { WebSocketServer } from 'ws'

const PATH = '/ws/v1/notifications'
const GOODBYE_REASON_BYTES_MAX = 123

const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url')
const older = (a, b) => {
  const [x, y] = [a, b].map((id) => id.split('-').map(Number))
  return x[0] - y[0] || x[1] - y[1]
}
const least = (ids) => ids.reduce((a, b) => (older(a, b) < 0 ? a : b))
const greatest = (ids) => ids.reduce((a, b) => (older(a, b) > 0 ? a : b))

export async function startServer(settings = {}) {
  const server = new Server(settings)
  await new Promise((done) => server.http.listen(0, '127.0.0.1', done))
  server.port = server.http.address().port
  server.origin = `http://127.0.0.1:${server.port}`
  server.url = `ws://127.0.0.1:${server.port}${PATH}`
  return server
}

class Server {
  constructor(settings) {
    // Faults. upgrade: 'refuse' (503), 'cut' (reset), 'hang', 'mute' (opens and says nothing).
    Object.assign(this, { upgrade: null, plainOnly: false, sse: true, acknowledge: true, accepts: () => true, quota: 5 }, settings)
    this.heartbeatSeconds ??= 30
    this.clockOffsetMs = 0
    this.users = new Map()
    this.links = new Set()
    this.held = new Set()
    this.upgrades = 0
    this.streams = 0
    this.received = [] // the frames of clients, also those of /v1/acknowledge
    this.requests = []
    this.number = 0
    this.connections = 0
    this.pages = {}
    this.http = http.createServer((request, response) => this.onRequest(request, response))
    this.sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => this.protocol(offered) })
    this.http.on('upgrade', (request, socket, head) => this.onUpgrade(request, socket, head))
  }

  async stop() {
    for (const link of this.links) link.abort()
    for (const socket of this.held) socket.destroy()
    this.http.closeAllConnections()
    await new Promise((done) => this.http.close(done))
  }

  now() {
    return Date.now() + this.clockOffsetMs
  }

  token(user = 'ann', { lifetimeMs = 600_000, iat = true, ...more } = {}) {
    const now = this.now() / 1000
    const claims = { sub: user, exp: now + lifetimeMs / 1000, ...(iat ? { iat: iat === true ? now : iat } : {}), number: ++this.number, ...more }
    return `${part({ alg: 'HS256' })}.${part(claims)}.c2lnbmF0dXJl`
  }

  claims(token) {
    try {
      const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))
      return claims.exp * 1000 > this.now() && this.accepts(claims) ? claims : null
    } catch {
      return null
    }
  }

  user(name) {
    if (!this.users.has(name)) this.users.set(name, { history: [], seen: new Set(), acked: new Map([['', '0-0']]), holds: new Map(), last: 0 })
    return this.users.get(name)
  }

  linksOf(name) {
    return [...this.links].filter((link) => link.user === name)
  }

  publish(name, payload, notification = {}) {
    const user = this.user(name)
    const id = `${++user.last}-0`
    const whole = { teacher_id: name, notification_type: 'test', category: 'system_alerts', priority: 'high', payload, correlation_id: id, ...notification }
    user.history.push({ id, notification: whole })
    for (const link of this.linksOf(name)) link.notify({ id, notification: whole }, false)
    return id
  }

  publishExternal(name, notification) {
    for (const link of this.linksOf(name)) link.notify({ id: null, notification }, false)
  }

  tellAll(frame) {
    for (const link of this.links) link.frame(frame)
  }

  endAll(code, reason, retryAfterMs = null) {
    for (const link of [...this.links]) link.end(code, reason, retryAfterMs)
  }

  cutAll() {
    for (const link of [...this.links]) link.abort()
  }

  // The state of a user.

  begin(link) {
    const user = this.user(link.user)
    const device = link.device ?? ''
    if (!user.acked.has(device)) user.acked.set(device, user.acked.get(''))
    const holds = user.holds.get(device) ?? []
    const open = this.linksOf(link.user).filter((one) => one !== link && (one.device ?? '') === device)
    link.acked = link.resumeAt ?? least([user.acked.get(device), ...holds, ...open.map((one) => one.acked)])
    if (holds.length) holds.splice(holds.indexOf(greatest(holds)), 1)
    return user.history.filter(({ id }) => older(id, link.acked) > 0)
  }

  ack(link, id) {
    if (!id || older(id, link.acked) <= 0) return
    const { acked } = this.user(link.user)
    link.acked = id
    for (const device of new Set(['', link.device ?? ''])) acked.set(device, greatest([acked.get(device), id]))
  }

  forget(link, isClean) {
    if (!this.links.delete(link) || isClean || link.isStream) return
    const { holds } = this.user(link.user)
    const device = link.device ?? ''
    holds.set(device, [...(holds.get(device) ?? []), link.acked])
  }

  onClientFrame(from, frame) {
    this.received.push(frame)
    const user = this.user(from.user)
    if (frame.type === 'ack') return this.ack(from, frame.up_to)
    const ids = frame.ids ?? user.history.map(({ id }) => id).filter((id) => older(id, frame.up_to) <= 0)
    const fresh = ids.filter((id) => user.history.some((one) => one.id === id) && !user.seen.has(id))
    for (const id of fresh) user.seen.add(id)
    if (!fresh.length) return
    const shown = frame.up_to === undefined ? { ids: fresh } : { up_to: frame.up_to }
    for (const link of this.linksOf(from.user)) if (link !== from) link.frame({ type: 'seen', ...shown })
  }

  // WebSocket.

  protocol(offered) {
    return !this.plainOnly && offered.has('hermod.v1') ? 'hermod.v1' : offered.has('hermod') && 'hermod'
  }

  onUpgrade(request, socket, head) {
    this.upgrades++
    socket.on('error', () => {})
    if (this.upgrade === 'refuse') return socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    if (this.upgrade === 'cut') return socket.resetAndDestroy()
    this.held.add(socket)
    if (this.upgrade === 'hang') return
    this.sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {})
      if (this.upgrade !== 'mute') this.admit(new SocketLink(this, ws, request), request)
    })
  }

  // Refuses or welcomes. Returns the refusal, or null.
  refusal(link, query, token) {
    const device = query.get('device')
    if (!link.claims) return [1008, 'AUTHENTICATION_ERROR', token ? 'the token is invalid' : 'the token is missing', 401]
    if (device !== null && !/^[\w.-]{1,64}$/.test(device)) return [1008, 'VALIDATION_ERROR', 'the device is malformed', 400]
    if (this.forbids?.(link.claims)) return [1008, 'AUTHORIZATION_ERROR', 'token belongs to another user', 403]
    if (this.linksOf(link.claims.sub).length >= this.quota) return [4000, 'QUOTA_EXCEEDED', 'too many connections', 429]
    return null
  }

  admit(link, request) {
    const query = new URL(request.url, this.origin).searchParams
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/, */)
    const token = offered.find((one) => one.startsWith('bearer.'))?.slice(7) ?? query.get('token')
    link.claims = this.claims(token)
    const refused = this.refusal(link, query, token)
    if (refused) return link.end(refused[0], { error_code: refused[1], message: refused[2] })
    this.welcome(link, query.get('device'))
  }

  welcome(link, device) {
    Object.assign(link, { user: link.claims.sub, device, id: `connection-${++this.connections}` })
    this.links.add(link)
    link.expireAt(link.claims.exp)
    const replayed = this.begin(link)
    const expires_at = new Date(link.claims.exp * 1000).toISOString()
    const { heartbeatSeconds: heartbeat_seconds } = this
    link.frame({ type: 'welcome', connection_id: link.id, user: link.user, device, expires_at, heartbeat_seconds, replaying: replayed.length })
    if (this.droppedCount) link.frame({ type: 'dropped', count: this.droppedCount })
    const known = [...this.user(link.user).seen].filter((id) => older(id, link.acked) <= 0)
    if (known.length) link.frame({ type: 'seen', ids: known })
    for (const one of replayed) link.notify(one, true)
  }

  // HTTP.

  async onRequest(request, response) {
    const url = new URL(request.url, this.origin)
    this.requests.push({ method: request.method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers: request.headers })
    let body = ''
    for await (const piece of request) body += piece
    const page = this.pages[url.pathname]
    if (page) return page(request, response, body)
    const known = url.pathname === '/sse/v1/notifications' ? this.sse : url.pathname === '/v1/acknowledge' ? this.acknowledge : false
    if (!known) return answer(response, 404, 'RESOURCE_NOT_FOUND')
    if (known !== true) return known(request, response)
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? url.searchParams.get('token')
    const claims = this.claims(token)
    if (url.pathname === '/v1/acknowledge') return this.onAcknowledge(claims, url.searchParams, body, response)
    const link = new StreamLink(this, response)
    link.claims = claims
    this.streams++
    const refused = this.refusal(link, url.searchParams, token)
    if (refused) return answer(response, refused[3], refused[1], refused[2])
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
    link.resumeAt = url.searchParams.get('last_event_id') ?? request.headers['last-event-id']
    this.welcome(link, url.searchParams.get('device'))
    if (link.resumeAt) this.ack({ user: link.user, device: link.device, acked: '0-0' }, link.resumeAt)
  }

  onAcknowledge(claims, query, body, response) {
    if (!claims) return answer(response, 401, 'AUTHENTICATION_ERROR')
    const links = this.linksOf(claims.sub)
    const id = query.get('connection_id')
    const link = id ? links.find((one) => one.id === id) : { user: claims.sub, device: query.get('device'), acked: '0-0' }
    if (!link) return answer(response, 404, 'RESOURCE_NOT_FOUND')
    this.onClientFrame(link, JSON.parse(body))
    response.writeHead(204).end()
  }
}

function answer(response, status, code, message = code) {
  const body = JSON.stringify({ error: { code, message, correlation_id: '', service: 'test', timestamp: '', details: {} } })
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
}

class Link {
  constructor(server) {
    this.server = server
  }
  expireAt(exp) {
    clearTimeout(this.timer)
    const ms = exp * 1000 - this.server.now()
    if (ms < 2 ** 31) this.timer = setTimeout(() => this.end(1008, { error_code: 'AUTHENTICATION_ERROR', message: 'the token has expired' }), ms)
  }
  goodbye(code, reason, retry_after_ms) {
    const text = typeof reason === 'string' ? reason : JSON.stringify({ ...reason, ...(retry_after_ms === null ? {} : { retry_after_ms }) })
    this.frame({ type: 'goodbye', code, reason: text, retry_after_ms })
    return Buffer.from(text).subarray(0, GOODBYE_REASON_BYTES_MAX)
  }
  isSeen(id) {
    return this.server.user(this.user).seen.has(id)
  }
}

class SocketLink extends Link {
  constructor(server, ws, request) {
    super(server)
    this.ws = ws
    this.socket = request.socket
    this.isPlain = ws.protocol !== 'hermod.v1'
    this.tokenAt = -Infinity
    ws.on('message', (data) => !this.isFrozen && this.onMessage(data.toString()))
    ws.on('pong', (id) => !this.isFrozen && server.ack(this, id.toString()))
    ws.on('close', (code) => {
      clearTimeout(this.timer)
      this.closeCode = code
      server.lastCloseCode = code
      server.forget(this, code === 1000 || code === 1001)
    })
  }
  send(text) {
    if (!this.isFrozen) this.ws.send(text)
  }
  frame(frame) {
    if (!this.isPlain || frame.type === 'authenticated') this.send(JSON.stringify(frame))
  }
  notify({ id, notification }, replayed) {
    const text = JSON.stringify(notification)
    this.send(this.isPlain ? text : `{"type":"notification","id":${JSON.stringify(id)},"replayed":${replayed},"seen":${this.isSeen(id)},"notification":${text}}`)
    if (id) this.sentId = id
    this.pinging ??= setImmediate(() => {
      this.pinging = undefined // one ping for all texts, as hermod pings
      if (!this.isFrozen && !this.neverAcked && this.ws.readyState === 1) this.ws.ping(this.sentId ?? '')
    })
  }
  onMessage(text) {
    const { server } = this
    let frame
    try {
      frame = JSON.parse(text)
    } catch {
      return this.frame({ type: 'error', code: 'PARSING_ERROR', message: 'the frame is not JSON' })
    }
    if (frame.type === 'authenticate') return this.onToken(frame)
    if (frame.type !== 'seen' || this.isPlain) return
    if (frame.ids && frame.ids.length > 256) return this.frame({ type: 'error', code: 'VALIDATION_ERROR', message: 'ids has more than 256 items' })
    server.onClientFrame(this, frame)
  }
  onToken({ token }) {
    this.server.received.push({ type: 'authenticate', token })
    const claims = this.server.claims(token)
    const at = performance.now()
    if (at - this.tokenAt < 5000) return this.end(1008, { error_code: 'RATE_LIMIT', message: 'a second token within 5 s' })
    if (claims?.sub !== this.user) return this.end(1008, { error_code: 'AUTHENTICATION_ERROR', message: 'the token is invalid' })
    this.tokenAt = at
    this.expireAt(claims.exp)
    this.frame({ type: 'authenticated', expires_at: new Date(claims.exp * 1000).toISOString() })
  }
  end(code, reason, retryAfterMs = null) {
    this.ws.close(code, this.goodbye(code, reason, retryAfterMs))
  }
  abort() {
    this.socket.resetAndDestroy()
  }
}

class StreamLink extends Link {
  constructor(server, response) {
    super(server)
    this.response = response
    this.isStream = true
    response.on('close', () => {
      clearTimeout(this.timer)
      clearInterval(this.heartbeat)
      server.forget(this, false)
    })
  }
  frame(frame, id) {
    if (this.isFrozen) return
    if (frame.type === 'welcome') this.heartbeat = setInterval(() => this.isFrozen || this.response.write(':\n\n'), 1000 * frame.heartbeat_seconds)
    this.response.write(`event: ${frame.type}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(frame)}\n\n`)
  }
  notify({ id, notification }, replayed) {
    this.frame({ type: 'notification', id, replayed, seen: this.isSeen(id), notification }, id)
  }
  end(code, reason, retryAfterMs = null) {
    this.goodbye(code, reason, retryAfterMs)
    this.response.end('retry: 1000\n\n')
  }
  abort() {
    this.response.destroy()
  }
}
