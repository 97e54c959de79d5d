import type { End } from './link.js'
import type { StopReason, Timing } from './types.js'

export const TIMING: Timing = {
  checkMs: 60_000,
  answerMs: 10_000,
  retryMinMs: 1_000,
  retryMaxMs: 30_000,
  upgradeMs: 300_000,
  acknowledgeMs: 2_000,
}

/** The longest pause that is accepted from the service. */
const SERVER_PAUSE_MS_MAX = 600_000

/** Why another attempt cannot help; undefined if it can. */
export function stopReason({ code, error_code: error }: End): StopReason | undefined {
  if (code === 1000) return 'closed'
  if (code === 1009 || error === 'VALIDATION_ERROR') return 'invalid'
  return error === 'AUTHORIZATION_ERROR' ? 'forbidden' : undefined
}

/** The pause before the attempt with this number, from 0, in two parts that are added. The first also holds when the network
 *  returns or the page is shown: the pause that the service asks for. The second is full jitter below a ceiling that
 *  doubles. A user with too many connections waits for at least half of the longest pause. */
export function pauseAfter({ code, error_code: error, retry_after_ms: asked }: End, attempt: number, timing: Timing): [number, number] {
  const askedMs = asked ?? -1
  const isTooMany = askedMs < 0 && (code === 4000 || error === 'RATE_LIMIT')
  const ceiling = Math.min(timing.retryMaxMs, timing.retryMinMs * 2 ** attempt)
  const jitter = isTooMany ? (timing.retryMaxMs * (1 + Math.random())) / 2 : ceiling * Math.random()
  return [askedMs >= 0 ? Math.min(askedMs, SERVER_PAUSE_MS_MAX) : 0, jitter]
}
