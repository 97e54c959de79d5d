/** The notification as hermod publishes it in the default format. The service may add fields. */
export interface Notification {
  teacher_id: string
  notification_type: string
  category: string
  priority: string
  payload: Record<string, unknown>
  action_required?: boolean
  deadline_timestamp?: string | null
  correlation_id: string
  batch_id?: string | null
  class_id?: string | null
  student_id?: string | null
  timestamp?: string
}

// The frames of the sub-protocol hermod.v1, and the events of the stream of server-sent events.

export interface WelcomeFrame {
  type: 'welcome'
  connection_id: string
  user: string
  device: string | null
  expires_at: string
  heartbeat_seconds: number
  /** How many notifications are about to be replayed; an estimate, or null if it is not known yet. */
  replaying: number | null
}
export interface NotificationFrame<T = Notification> {
  type: 'notification'
  /** The stream id; null for a message that another program published to the user's channel, or for a broadcast. */
  id: string | null
  /** True for a notification that was published before this connection. */
  replayed: boolean
  /** True if another connection of this user has marked it as seen. */
  seen: boolean
  notification: T
}
export type SeenFrame = { type: 'seen'; ids: string[] } | { type: 'seen'; up_to: string }
export interface DroppedFrame {
  type: 'dropped'
  count: number
}
export interface DegradedFrame {
  type: 'degraded' | 'restored'
}
export interface AuthenticatedFrame {
  type: 'authenticated'
  expires_at: string
}
export interface ErrorFrame {
  type: 'error'
  code: 'VALIDATION_ERROR' | 'PARSING_ERROR'
  message: string
}
export interface GoodbyeFrame {
  type: 'goodbye'
  code: number
  /** The text of the close frame that follows. */
  reason: string
  retry_after_ms: number | null
}
export type ServerFrame<T = Notification> =
  | WelcomeFrame
  | NotificationFrame<T>
  | SeenFrame
  | DroppedFrame
  | DegradedFrame
  | AuthenticatedFrame
  | ErrorFrame
  | GoodbyeFrame

export interface AuthenticateFrame {
  type: 'authenticate'
  token: string
}
export interface AckFrame {
  type: 'ack'
  up_to: string
}
/** `ack` is accepted by `POST /v1/acknowledge` only. */
export type ClientFrame = SeenFrame | AuthenticateFrame | AckFrame

/** The close codes that hermod sends. Programs between may send others, which count as a lost connection. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  lost: 1006,
  invalidText: 1007,
  policy: 1008,
  tooBig: 1009,
  internalError: 1011,
  slowClient: 1013,
  quotaExceeded: 4000,
} as const
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode]

/** The JSON in the reason of a close frame. */
export interface CloseReason {
  error_code?: string
  message?: string | undefined
  correlation_id?: string
  retry_after_ms?: number | null | undefined
}

// The interface of the package.

/** - connecting: it asks for a token or opens a connection
 *  - open: notifications arrive as they are published
 *  - degraded: connected, but hermod cannot reach Redis; notifications are delayed, not lost
 *  - waiting: not connected; it tries again after `retryInMs`, or when the page is shown or the network returns
 *  - stopped: final; `reason` says why */
export type StateName = 'connecting' | 'open' | 'degraded' | 'waiting' | 'stopped'
/** - closed: by `close()`, or hermod closed with 1000
 *  - unauthorized: hermod has refused two tokens, one after the other
 *  - forbidden: the token belongs to another user than the path
 *  - invalid: hermod does not accept the request or a message (a malformed device, a message that is too big) */
export type StopReason = 'closed' | 'unauthorized' | 'forbidden' | 'invalid'
export type Transport = 'websocket' | 'sse'

export interface State {
  state: StateName
  /** How it is connected, or tries to connect. */
  transport: Transport
  /** Of `stopped`. */
  reason?: StopReason
  /** Of `waiting`: the time until the next attempt. Undefined while the page is frozen. */
  retryInMs?: number
  /** Of `waiting` and `stopped`: how the last connection ended. */
  code?: number
  /** Of `waiting` and `stopped`: the error code that hermod gave, such as QUOTA_EXCEEDED. */
  errorCode?: string | undefined
}

export type Received<T = Notification> = Omit<NotificationFrame<T>, 'type'>
export type Seen = { ids: string[] } | { upTo: string }

export interface Events<T = Notification> {
  notification: Received<T>
  /** Seen on another connection of this user. */
  seen: Seen
  state: State
  /** Notifications are missing here: load the state from its source. */
  dropped: { count: number }
  /** A failed attempt or a frame that was refused. The client goes on; `state` says whether it has stopped. */
  error: Error
}

export interface Client<T = Notification> extends AsyncIterable<Received<T>> {
  /** The present state. */
  readonly state: State
  /** Calls `listener` for each event, and returns a function that ends this. */
  on<Name extends keyof Events<T>>(event: Name, listener: (event: Events<T>[Name]) => void): () => void
  /** Marks notifications as seen by the user. Without a connection, this is sent when there is one. */
  seen(which: string | readonly string[] | { upTo: string }): void
  /** Ends the connection and all iterations. Idempotent. */
  close(): void
}

/** Times in milliseconds. The defaults are right for browsers; tests shorten them. */
export interface Timing {
  /** The interval of the checks that find a dead connection (60 s). */
  checkMs: number
  /** How long a token, a connection, and the answer to a check may take (10 s). */
  answerMs: number
  /** The back-off: the ceiling of the first pause (1 s), which doubles up to the last (30 s). */
  retryMinMs: number
  retryMaxMs: number
  /** How long server-sent events are used before WebSocket is tried again (5 min). */
  upgradeMs: number
  /** How long deliveries over server-sent events are collected before they are acknowledged (2 s). */
  acknowledgeMs: number
}

/** The part of a WebSocket that the client uses; the one of the npm package `ws` fits. */
export interface SocketLike {
  readonly protocol: string
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(code?: number): void
}

export interface Options {
  /** The WebSocket endpoint, such as `wss://host/ws/v1/notifications`; relative to the page if it has no host. */
  url: string
  /** Returns a fresh token on each call. If it fails, the attempt has failed, and a later one asks again. */
  token: () => string | Promise<string>
  /** The name of this device, 1 to 64 of `A-Za-z0-9._-`: it receives all that follows its own last delivery. */
  device?: string
  /** `auto`, the default where there are WebSockets, uses server-sent events where WebSockets do not open. */
  transport?: Transport | 'auto'
  /** For Node before version 22, which otherwise uses server-sent events: the class of the npm package `ws`. */
  WebSocket?: new (url: string, protocols: string[]) => SocketLike
  timing?: Partial<Timing>
}
