import type { Tokens } from './token.js'
import type { ClientFrame, CloseReason, Options, ServerFrame, Transport } from './types.js'

/** How a connection ended: a close code of WebSocket, also for server-sent events, and the reason that hermod gave. */
export interface End extends CloseReason {
  code: number
}

/** One connection. Its owner is called with frames and with the end, and ignores what comes after it has closed the
 *  link itself. */
export interface Link {
  /** Sends a frame. Over server-sent events, the promise says whether hermod has accepted it. */
  send(frame: ClientFrame): void | Promise<boolean>
  close(code: number): void
}

/** What a connection is opened with. */
export interface LinkContext {
  readonly options: Options
  readonly tokens: Tokens
  /** The id of the notification that arrived last. */
  lastId?: string | undefined
}

export interface LinkOwner {
  onFrame(frame: ServerFrame<unknown>): void
  /** Something arrived, a frame or a heartbeat. */
  onActivity(): void
  onEnd(end: End): void
}

/** The address of a path of the service, with the scheme of the transport and the device. It throws for a text that is not a
 *  URL. */
export function endpoint(options: Options, transport: Transport, path?: string): URL {
  const url = new URL(options.url, globalThis.location?.href)
  url.protocol = url.protocol.replace(/ws|http/, transport === 'sse' ? 'http' : 'ws')
  url.hash = ''
  if (path) url.pathname = (/^(.*)\/ws(\/|$)/.exec(url.pathname)?.[1] ?? '') + path
  if (options.device) url.searchParams.set('device', options.device)
  return url
}

/** The JSON object of a text, or undefined. Programs between hermod and the client may send anything. */
export function parseObject(text: string): object | undefined {
  try {
    return Object(JSON.parse(text))
  } catch {
    return undefined
  }
}
