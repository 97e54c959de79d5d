/** hermod inside Node: a notification router for tests, or with real brokers. See README.md. */
import { EventEmitter } from 'node:events'

/** The service's settings in camel case; see docs of the service for each. Unset ones have the service's defaults, but
 * for the port (any), the host (127.0.0.1) and the log's level (warning). Unknown ones are refused by name. */
export interface RouterOptions {
  serviceName?: string
  environment?: string
  logLevel?: 'debug' | 'info' | 'warning' | 'error' | 'critical' | 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'
  logFormat?: 'console' | 'json'
  websocketHost?: string
  websocketPort?: number
  websocketPingInterval?: number
  websocketPongTimeout?: number
  websocketIdleTimeout?: number
  websocketMaxConnectionsPerUser?: number
  websocketMaxConnections?: number
  websocketDeliveryPingMs?: number
  outboxMessagesMax?: number
  outboxBytesMax?: number
  outboxTotalBytesMax?: number
  slowClientPolicy?: 'close' | 'drop_oldest'
  /** Unset: in this process. */
  redisUrl?: string
  redisConnectTimeout?: number
  redisSocketTimeout?: number
  redisPrefix?: string
  redisPublishFormat?: 'notification' | 'envelope' | 'event'
  redisPublishChannel?: string
  redisListenChannels?: readonly string[] | string
  /** Unset: in this process. */
  kafkaBootstrapServers?: string
  kafkaTopics?: readonly string[] | string
  kafkaEventTypes?: readonly string[] | string
  kafkaConsumerGroup?: string
  kafkaConsumerClientId?: string
  kafkaDeadLetterTopic?: string
  kafkaConfig?: Readonly<Record<string, string | number | boolean>> | string
  kafkaConfigFile?: string
  idempotencyTtlSeconds?: number
  notificationTtlSeconds?: number
  notificationHistoryMax?: number
  recordBytesMax?: number
  recordMaxAgeSeconds?: number
  drainSeconds?: number
  /** Unset: a generated key. */
  jwtSecretKey?: string
  jwtSecretKeyFile?: string
  jwtPublicKeyFile?: string
  jwtJwksFile?: string
  jwtAlgorithm?: string
  jwtAudience?: string
  jwtIssuer?: string
  jwtLeewaySeconds?: number
  jwtAllowShortKey?: boolean
  corsOrigins?: readonly string[] | string
  trustedProxies?: readonly string[] | string
  adminToken?: string
  adminTokenFile?: string
  enableMetrics?: boolean
  enableTracing?: boolean
  otelExporterOtlpEndpoint?: string
  otelServiceName?: string
  otelTracesSampler?: string
  otelTracesSamplerArg?: string
}

/** What the platform's services send, and the user's client shows. */
export interface Notification {
  teacher_id: string
  notification_type: string
  category: string
  priority: string
  payload: Record<string, unknown>
  correlation_id: string
  action_required?: boolean
  deadline_timestamp?: string | null
  batch_id?: string | null
  class_id?: string | null
  student_id?: string | null
  timestamp?: string
  [more: string]: unknown
}

export interface PublishOptions {
  /** Two records of one event are one notification; by default each is a new one. */
  eventId?: string
  /** One of kafkaTopics, by default the first. */
  topic?: string
  /** By default the notification's teacher_id. */
  key?: string
  /** Without the platform's envelope. */
  bare?: boolean
}

export interface RecordPlace {
  topic: string
  partition: number
  offset: number
}

export interface TokenOptions {
  /** Seconds, by default 3600. */
  expiresIn?: number
  /** These win over the standard ones. */
  claims?: Record<string, unknown>
}

export interface UrlOptions extends TokenOptions {
  /** By default /ws/v1/notifications. */
  path?: string
}

export interface SentText {
  user: string
  connectionId: number
  /** Exactly what stood in the frame. */
  text: string
  /** The text, parsed. */
  readonly notification: any
  /** Milliseconds since 1970, by the router's clock. */
  sentAt: number
  /** Whether the client has answered it. */
  answered: boolean
}

export interface Connection {
  user: string
  connectionId: number
  ageMs: number
  waitingMessages: number
  waitingBytes: number
}

type Counts = Record<string, number>

export interface Stats {
  connections: {
    accepted: number
    rejected: number
    closed: number
    active: number
    closeCodes: Counts
    refusals: Counts
  }
  messages: {
    sent: number
    failed: Counts
    replayed: number
    dropped: number
    cut: number
    confirmations: number
  }
  records: {
    received: number
    routed: number
    repeated: number
    notOurs: number
    unpublished: number
    inFlight: number
    deadLetters: Counts
    oddities: Counts
  }
  tokens: Counts
  limitsStruck: Counts
}

export interface RouterEvents {
  connection: [{ user: string; connectionId: number }]
  disconnection: [{ user: string; connectionId: number; code: number }]
  /** The client has answered this text. */
  delivery: [{ user: string; connectionId: number; text: string }]
  /** A record that cannot be routed. */
  deadLetter: [
    { reason: string; code: ErrorCode; topic: string; partition: number; offset: number; value: string },
  ]
  /** Redis has been away for two seconds, and is back: users are told, too. */
  degraded: [Record<string, never>]
  restored: [Record<string, never>]
  log: [{ level: string; message: string; [field: string]: string }]
}

export interface Faults {
  /** Publications, subscriptions and replays wait. With the in-process Redis only, as are the next two. */
  redisAway(): void
  redisBack(): void
  /** It restarts empty. */
  redisForgets(): void
  /** The sockets that this user has now take nothing more. */
  slowClient(user: string): void
  quickClient(user: string): void
  clock: {
    /** For tokens, heartbeats, repeats and histories; forward only, and by a hundred years at most in all. */
    advance(ms: number): void
  }
}

export interface Router extends EventEmitter {
  /** http://127.0.0.1:41234 */
  readonly origin: string
  readonly port: number
  readonly faults: Faults

  /** What a client of this user opens; without a user there is no token in it. */
  url(user?: string, options?: UrlOptions): string
  token(user: string, options?: TokenOptions): string

  /** Resolves when the broker has the record. A text is a record as it is. */
  publish(notification: Notification | string, options?: PublishOptions): Promise<RecordPlace>
  /** Resolves when everything published until now was answered by the sockets it went to. Rejects with TIMEOUT, and
   * what is missing, after 4 s or `timeout` ms (0 to 2147483647; a wait without an end is refused). */
  delivered(options?: { timeout?: number }): Promise<void>

  /** The last texts that went out, oldest first: at most 10,000 of all users, and at most 64 MiB. */
  sent(user?: string): SentText[]
  forgetSent(): void

  connections(): Connection[]
  /** Returns how many there were. */
  disconnect(user: string, code?: number, message?: string): number

  stats(): Stats
  /** Prometheus text. */
  metrics(): string

  /** Resolves when Kafka and Redis are there. */
  ready(options?: { timeout?: number }): Promise<void>

  ref(): this
  unref(): this

  close(options?: { drain?: boolean }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>

  on<K extends keyof RouterEvents>(event: K, listener: (...args: RouterEvents[K]) => void): this
  once<K extends keyof RouterEvents>(event: K, listener: (...args: RouterEvents[K]) => void): this
  off<K extends keyof RouterEvents>(event: K, listener: (...args: RouterEvents[K]) => void): this
}

export type ErrorCode =
  | 'AUTHENTICATION_ERROR'
  | 'AUTHORIZATION_ERROR'
  | 'QUOTA_EXCEEDED'
  | 'RATE_LIMIT'
  | 'VALIDATION_ERROR'
  | 'PARSING_ERROR'
  | 'RESOURCE_NOT_FOUND'
  | 'SERVICE_UNAVAILABLE'
  | 'CONNECTION_ERROR'
  | 'EXTERNAL_SERVICE_ERROR'
  | 'TIMEOUT'
  | 'CONFIGURATION_ERROR'
  | 'INITIALIZATION_FAILED'
  | 'KAFKA_PUBLISH_ERROR'
  | 'UNKNOWN_ERROR'

/** What every rejection and throw of a router is. */
export class HermodError extends Error {
  readonly code: ErrorCode
}

/** A router that listens, in this process. */
export function createRouter(options?: RouterOptions): Promise<Router>

export const optionNames: readonly string[]
