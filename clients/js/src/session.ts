import type { End, Link, LinkContext } from './link.js'
import type { Marks } from './marks.js'
import { openSocket } from './socket.js'
import { openStream } from './stream.js'
import type { ServerFrame, Timing, Transport, WelcomeFrame } from './types.js'

/** The close code of a connection that the client replaces. It differs from 1000 and 1001, after which hermod forgets how
 *  far this page has received. */
export const REPLACED = 3001
/** hermod closes a connection that sends a second token within 5 s. */
const TOKEN_GAP_MS = 5_500

/** The parts of a client that its sessions share, and the client as their owner. No callback comes after `close`. */
export interface Context extends LinkContext {
  readonly timing: Timing
  readonly marks: Marks
  onOpening(session: Session): void
  onFrame(session: Session, frame: ServerFrame<unknown>): void
  onTokenError(error: unknown): void
  /** Also called if opening failed; `cause` is the exception, if there was one. */
  onEnd(session: Session, end: End, cause?: unknown): void
}

/** One attempt to connect: the pause before it, and the connection that it leads to. */
export interface Session {
  readonly transport: Transport
  /** Undefined while it asks for a token: then a failure says nothing about the transport. */
  link?: Link
  welcome?: WelcomeFrame
  /** When `welcome` arrived, by the monotonic clock. */
  openedAt?: number
  /** Checks now whether the connection is dead, which it also does at intervals: a browser shows no pings, and a network
   *  that discards everything gives no error. */
  check(): void
  close(code: number): void
}

/** The monotonic clock. */
export const now = (): number => performance.now()

export function startSession(context: Context, transport: Transport, pauseMs: number): Session {
  const { timing, tokens, marks } = context
  const { answerMs, checkMs } = timing
  /** Of the phase: the pause, the limit of opening, the next check, or the limit of its answer. */
  let timer: ReturnType<typeof setTimeout>
  let isClosed = false
  let heardAt = 0
  let tokenSentAt = -TOKEN_GAP_MS
  /** What a check waits for. */
  let awaited: 'token' | 'answer' | undefined
  let confirm = () => {}

  function after(ms: number, action: () => void): void {
    clearTimeout(timer)
    timer = setTimeout(action, ms)
  }

  function close(code: number): void {
    isClosed = true
    clearTimeout(timer)
    session.link?.close(code)
  }

  function end(reason: End | string | undefined, cause?: unknown): void {
    if (isClosed) return
    close(REPLACED)
    context.onEnd(session, typeof reason === 'object' ? reason : { code: 1006, message: reason }, cause)
  }

  /** Everything that can fail is in one place, so that each failure is a failed attempt and not the end. */
  async function open(): Promise<void> {
    const owner = {
      onActivity: () => void (heardAt = now()),
      onFrame,
      onEnd: end,
    }
    context.onOpening(session)
    try {
      if (!isClosed) await tokens.renew()
      if (isClosed) return
      after(answerMs, () => end('no answer'))
      session.link = (transport === 'sse' ? openStream : openSocket)(context, owner)
    } catch (error) {
      end(Object(error).message, error)
    }
  }

  function onFrame(frame: ServerFrame<unknown>): void {
    if (isClosed) return
    if (frame.type === 'authenticated') return onAuthenticated()
    if (frame.type === 'welcome') {
      session.welcome = frame
      session.openedAt = now()
      checkLater()
    }
    context.onFrame(session, frame)
  }

  function checkLater(): void {
    after(Math.max(Math.min(checkMs, tokens.renewAt - now()), checkMs / 10), check)
  }

  function check(): void {
    const gapMs = tokenSentAt + TOKEN_GAP_MS - now()
    if (transport === 'sse') checkStream()
    else if (awaited === 'answer') awaitAnswer() // it may be late, because the network has just returned
    else if (gapMs > 0) after(gapMs, check)
    else if (!awaited) authenticate()
  }

  /** A stream has heartbeats. */
  function checkStream(): void {
    const heartbeatMs = session.welcome!.heartbeat_seconds * 1000
    if (heartbeatMs && now() - heardAt > 2 * heartbeatMs + answerMs) end('no heartbeat')
    else checkLater()
  }

  async function authenticate(): Promise<void> {
    awaited = 'token'
    if (now() + TOKEN_GAP_MS + checkMs / 10 > tokens.renewAt) await tokens.renew().catch(context.onTokenError)
    if (isClosed) return
    awaited = 'answer'
    tokenSentAt = now()
    confirm = marks.confirmation()
    session.link!.send({ type: 'authenticate', token: tokens.value })
    awaitAnswer()
  }

  function awaitAnswer(): void {
    const beganAt = now()
    after(answerMs, () => {
      // A page that was suspended has not read its messages yet.
      if (heardAt > beganAt || now() - beganAt > answerMs + 2_000) awaitAnswer()
      else end('no answer')
    })
  }

  function onAuthenticated(): void {
    awaited = undefined
    tokenSentAt = now() // the token may have arrived there only now
    confirm()
    checkLater()
  }

  const session: Session = { transport, check, close }
  after(pauseMs, open)
  return session
}
