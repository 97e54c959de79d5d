import { createSubscribers } from './events.js'
import { endpoint, type End } from './link.js'
import { createMarks } from './marks.js'
import { observePage } from './page.js'
import { pauseAfter, stopReason, TIMING } from './retry.js'
import { now, REPLACED, startSession, type Context, type Session } from './session.js'
import { createTokens } from './token.js'
import type {
  Client,
  Notification,
  NotificationFrame,
  Options,
  ServerFrame,
  State,
  StateName,
  Transport,
  WelcomeFrame,
} from './types.js'

/** How many ids are remembered to recognize repeats; more than hermod replays by default. */
const KNOWN_IDS_MAX = 1_000
/** Openings without an answer after which server-sent events are used. */
const SILENT_MAX = 2
/** The pause of a frozen page; the longest of a timer. */
const FROZEN_MS = 2 ** 31 - 1
/** A connection that was open for so long resets the back-off. */
const STABLE_MS = 10_000
/** Refused tokens, one after the other, after which the client stops. */
const REFUSED_MAX = 2

/** Connects, and stays connected until `close()` or a final refusal. It throws for options that cannot work.
 *
 *  The states, which move in `enter` only:
 *
 *      connecting -> open           hermod has welcomed the connection
 *      connecting -> waiting        no token, no connection or a refusal; or the page was frozen
 *      open <-> degraded            as hermod says
 *      open, degraded -> waiting    the connection ended; or the page was frozen
 *      waiting -> connecting        the pause is over, the network returned, or the page is shown again
 *      any -> stopped               final
 *
 *  An open client enters `open` again when a WebSocket replaces server-sent events. */
export function connect<T = Notification>(options: Options): Client<T> {
  endpoint(options, 'websocket') // throws for a text that is not a URL
  if (typeof options.token !== 'function') throw new TypeError('token: must be a function')
  if (!/^[\w.-]{1,64}$/.test(options.device ?? '-')) throw new TypeError('device: must be 1 to 64 of A-Za-z0-9._-')
  const timing = { ...TIMING, ...options.timing }
  // Node before version 22 has no WebSocket.
  const wanted = options.transport ?? (options.WebSocket ?? globalThis.WebSocket ? 'auto' : 'sse')
  const { on, emit, iterate } = createSubscribers<T>()
  const marks = createMarks()
  const page = new AbortController()
  const known = new Map<string, boolean>() // ids, and whether they were seen
  const context: Context = {
    options,
    timing,
    tokens: createTokens(options.token, timing.answerMs),
    marks,
    onOpening: (session) => session === present && enter('connecting'),
    onFrame: (session, frame) => onFrame(session, frame as ServerFrame<T>),
    onTokenError: (error) => fail(Object(error), error),
    onEnd,
  }
  let state: State
  let present: Session
  /** A WebSocket that is to replace server-sent events once it is open. */
  let candidate: Session | undefined
  let acknowledging: ReturnType<typeof setTimeout> | undefined
  let acknowledgedId: string | undefined
  let isPosting = false
  /** When the pause is over, and when the part that the service asked for is over. */
  let dueAt = 0
  let earliestAt = 0
  let attempt = 0
  let silent = 0
  let refused = 0
  let retryAfterMs: number | null | undefined

  // States.

  function enter(name: StateName, details?: Partial<State>): void {
    state = { state: name, transport: present.transport, ...details }
    emit('state', state)
  }

  function stop(details: Partial<State>): void {
    if (state.state === 'stopped') return
    page.abort()
    close(1000)
    enter('stopped', details)
  }

  function fail({ message = 'no connection' }: { message?: string | undefined }, cause?: unknown): void {
    emit('error', new Error(message, { cause }))
  }

  function close(code: number): void {
    present.close(code)
    candidate?.close(code)
    clearTimeout(acknowledging)
    candidate = acknowledging = undefined
    isPosting = false
  }

  // The page.

  function onWake(): void {
    if (state.state !== 'waiting') return present.welcome && present.check()
    close(REPLACED)
    plan(Math.min(dueAt, earliestAt) - now())
  }

  /** A frozen page shows nothing, but its browser goes on to answer pings, which would count as delivery. */
  function onFreeze(): void {
    if (state.state === 'waiting') return
    close(REPLACED)
    earliestAt = 0
    plan(FROZEN_MS)
    enter('waiting')
  }

  // The begin and the end of a connection.

  function plan(ms: number): void {
    const auto: Transport = silent < SILENT_MAX ? 'websocket' : 'sse'
    present = startSession(context, wanted === 'auto' ? auto : wanted, ms)
  }

  function planUpgrade(): void {
    candidate = startSession(context, 'websocket', timing.upgradeMs)
  }

  function onWelcome(session: Session, welcome: WelcomeFrame): void {
    if (session === candidate) {
      candidate = undefined
      close(REPLACED)
      present = session
    }
    if (session.transport === 'websocket') silent = 0
    else if (wanted === 'auto') planUpgrade()
    if (welcome.connection_id) refused = 0
    marks.rewind()
    acknowledgedId = context.lastId // a stream resumes there, and a WebSocket acknowledges by itself
    enter('open')
    flush()
  }

  function onEnd(session: Session, end: End, cause?: unknown): void {
    if (session === candidate) return planUpgrade()
    close(REPLACED)
    const { openedAt = now(), link, transport, welcome } = session
    const openMs = now() - openedAt
    const isLost = end.code === 1006
    if (openMs > STABLE_MS) attempt = 0
    // The openings in a row without an answer. After SILENT_MAX of them, the other transport is tried.
    if (link && !welcome) silent = transport === 'sse' ? SILENT_MAX - +isLost : isLost ? silent + 1 : 0
    // The plain protocol accepts an upgrade before it refuses the token.
    if (welcome?.connection_id || openMs > 1_000) refused = 0
    else if (end.error_code === 'AUTHENTICATION_ERROR') refused++

    const details: Partial<State> = { code: end.code, errorCode: end.error_code }
    const reason = refused < REFUSED_MAX ? stopReason(end) : 'unauthorized'
    if (reason) stop({ ...details, reason })
    else {
      const [leastMs, moreMs] = pauseAfter({ retry_after_ms: retryAfterMs, ...end }, attempt++, timing)
      earliestAt = now() + leastMs
      dueAt = earliestAt + moreMs
      plan(leastMs + moreMs)
      retryAfterMs = null
      enter('waiting', { ...details, retryInMs: leastMs + moreMs })
    }
    if (reason || !welcome) fail(end, cause)
  }

  // Frames.

  function onFrame(session: Session, frame: ServerFrame<T>): void {
    switch (frame.type) {
      case 'welcome':
        return onWelcome(session, frame)
      case 'notification':
        return onNotification(frame)
      case 'seen':
        return emit('seen', 'ids' in frame ? { ids: frame.ids } : { upTo: frame.up_to })
      case 'dropped':
        return emit('dropped', { count: frame.count })
      case 'degraded':
        return enter('degraded')
      case 'restored':
        return enter('open')
      case 'error':
        return fail(frame, frame)
      case 'goodbye':
        retryAfterMs = frame.retry_after_ms
    }
  }

  /** hermod repeats a notification whose acknowledgement it did not receive; its id shows this. */
  function onNotification({ id, replayed, seen, notification }: NotificationFrame<T>): void {
    if (id) {
      const wasSeen = known.get(id)
      known.set(id, seen)
      if (wasSeen !== undefined) {
        if (seen && !wasSeen) emit('seen', { ids: [id] })
        return
      }
      if (known.size > KNOWN_IDS_MAX) known.delete(known.keys().next().value!)
      context.lastId = id
    }
    if (present.transport === 'sse') flushLater()
    emit('notification', { id, replayed, seen, notification })
  }

  // Marks and acknowledgements.

  function flushLater(): void {
    acknowledging ??= setTimeout(() => {
      acknowledging = undefined
      flush()
    }, timing.acknowledgeMs)
  }

  /** Sends what the user has seen, and over server-sent events also what has arrived. */
  function flush(): void {
    const { welcome, transport } = present
    if (!welcome || state.state === 'stopped') return
    if (transport === 'sse') return void (isPosting || post(present))
    // The plain protocol has no marks.
    for (let frame; welcome.connection_id && (frame = marks.next()); ) present.link!.send(frame)
  }

  /** One request after the other; one that failed is repeated later. */
  async function post(session: Session): Promise<void> {
    isPosting = true
    for (;;) {
      const { lastId } = context
      const mark = marks.next()
      if (!mark && lastId === acknowledgedId) break
      const isDone = await session.link!.send(mark ?? { type: 'ack', up_to: lastId! })
      if (session !== present) return
      if (!isDone) {
        marks.rewind()
        flushLater()
        break
      }
      if (mark) marks.confirmation()()
      else acknowledgedId = lastId
    }
    isPosting = false
  }

  plan(0)
  state = { state: 'connecting', transport: present!.transport }
  observePage(page.signal, onWake, onFreeze)
  return {
    get state() {
      return state
    },
    on,
    [Symbol.asyncIterator]: iterate,
    seen(which) {
      marks.add(which)
      flush()
    },
    close: () => stop({ reason: 'closed', code: 1000 }),
  }
}
