/** hermod inside Node: a notification router for tests or with real brokers. See README.md. */
import { EventEmitter } from 'node:events'

/** The service's settings in camel case; docs/configuration.md describes each. Unset options have the service's defaults,
 * except the port (any free port), the host (127.0.0.1) and the log level (warning). An unknown option is rejected by name. */
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
  /** Unset: an in-memory bus. */
  redisUrl?: string
  redisUser?: string
  redisPassword?: string
  redisPasswordFile?: string
  redisSentinelUser?: string
  redisSentinelPassword?: string
  redisSentinelPasswordFile?: string
  redisTlsCaFile?: string
  redisTlsCertFile?: string
  redisTlsKeyFile?: string
  redisTlsServerName?: string
  redisTlsVerify?: 'full' | 'ca' | 'none'
  redisConnectTimeout?: number
  redisSocketTimeout?: number
  redisPrefix?: string
  redisPublishFormat?: 'notification' | 'envelope' | 'event'
  redisPublishChannel?: string
  redisListenChannels?: readonly string[] | string
  redisPubsub?: 'auto' | 'sharded' | 'classic'
  redisReplicasMin?: number
  redisReplicaWait?: number
  /** Unset: an in-memory source. */
  kafkaBootstrapServers?: string
  kafkaTopics?: readonly string[] | string
  kafkaConsume?: boolean
  kafkaEventTypes?: readonly string[] | string
  kafkaConsumerGroup?: string
  kafkaConsumerClientId?: string
  kafkaGroupInstanceId?: string
  kafkaDeadLetterTopic?: string
  kafkaPresenceTopic?: string
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
  jwtLifetimeMaxSeconds?: number
  jwtEndWithdrawnKeys?: boolean
  corsOrigins?: readonly string[] | string
  trustedProxies?: readonly string[] | string
  adminToken?: string
  adminTokenFile?: string
  adminHost?: string
  adminPort?: number
  auditLog?: boolean
  enableMetrics?: boolean
  enableTracing?: boolean
  otelExporterOtlpEndpoint?: string
  otelExporterOtlpHeaders?: string
  otelExporterOtlpTracesHeaders?: string
  otelExporterOtlpCertificate?: string
  otelExporterOtlpTracesCertificate?: string
  otelExporterOtlpTimeout?: number
  otelExporterOtlpTracesTimeout?: number
  otelServiceName?: string
  otelTracesSampler?: string
  otelTracesSamplerArg?: string
}

/** The notification that the platform's services send and the user's client shows. */
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
  /** Two records with the same id are one notification. Default: a new id for each call. */
  eventId?: string
  /** One of kafkaTopics. Default: the first. */
  topic?: string
  /** The record key. Default: the notification's teacher_id. */
  key?: string
  /** Publishes without the platform's envelope. */
  bare?: boolean
}

export interface RecordPosition {
  topic: string
  partition: number
  offset: number
}

export interface TokenOptions {
  /** Lifetime in seconds. Default: 3600. */
  expiresIn?: number
  /** Claims that override the standard ones. */
  claims?: Record<string, unknown>
}

export interface UrlOptions extends TokenOptions {
  /** Default: /ws/v1/notifications. */
  path?: string
}

export interface SentText {
  user: string
  connectionId: number
  /** The exact payload of the frame. */
  text: string
  /** The parsed payload. */
  readonly notification: any
  /** Milliseconds since 1970, by the router's clock. */
  sentAt: number
  /** Whether the client has acknowledged the message. */
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
    anomalies: Counts
  }
  tokens: Counts
  limitsStruck: Counts
}

export interface RouterEvents {
  connection: [{ user: string; connectionId: number }]
  disconnection: [{ user: string; connectionId: number; code: number }]
  /** The client has acknowledged this message. */
  delivery: [{ user: string; connectionId: number; text: string }]
  /** A record cannot be routed. */
  deadLetter: [
    { reason: string; code: ErrorCode; topic: string; partition: number; offset: number; value: string },
  ]
  /** Redis has been unavailable for two seconds; `restored`: Redis is available again. Users receive a notice, too. */
  degraded: [Record<string, never>]
  restored: [Record<string, never>]
  log: [{ level: string; message: string; [field: string]: string }]
}

export interface Faults {
  /** Publications, subscriptions and replays wait. This and the next two methods need the in-memory bus. */
  redisAway(): void
  redisBack(): void
  /** Redis restarts empty. */
  redisForgets(): void
  /** The current sockets of this user accept no more data. */
  slowClient(user: string): void
  quickClient(user: string): void
  clock: {
    /** Advances the time of tokens, heartbeats, duplicate keys and streams; forward only, by at most a hundred years in total. */
    advance(ms: number): void
  }
}

export interface Router extends EventEmitter {
  /** http://127.0.0.1:41234 */
  readonly origin: string
  readonly port: number
  /** The address of the operators' interface; empty without `adminPort`. */
  readonly adminOrigin: string
  readonly faults: Faults

  /** The URL for a client of this user; without a user, it contains no token. */
  url(user?: string, options?: UrlOptions): string
  token(user: string, options?: TokenOptions): string

  /** Resolves when the broker has acknowledged the record. A string is published unchanged. */
  publish(notification: Notification | string, options?: PublishOptions): Promise<RecordPosition>
  /** Resolves when the clients have acknowledged everything that was published until now. After 4 s or `timeout` ms (0 to
   * 2147483647; Infinity is rejected), it rejects with TIMEOUT and lists what is missing. */
  delivered(options?: { timeout?: number }): Promise<void>

  /** The last messages that were sent, oldest first: at most 10,000 for all users, and at most 64 MiB. */
  sent(user?: string): SentText[]
  forgetSent(): void

  connections(): Connection[]
  /** Closes the user's connections and returns their number. */
  disconnect(user: string, code?: number, message?: string): number

  stats(): Stats
  /** The metrics in the Prometheus text format. */
  metrics(): string

  /** Resolves when Kafka and Redis are available. */
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

/** The type of every rejection and throw of a router. */
export class HermodError extends Error {
  readonly code: ErrorCode
}

/** Resolves to a router in this process when it listens. */
export function createRouter(options?: RouterOptions): Promise<Router>

export const optionNames: readonly string[]
