import type { Options } from './types.js'

/** A token is asked for again when so much of its life is over. */
const RENEW_PART = 0.8

/** The tokens of a client. */
export interface Tokens {
  /** The newest token. */
  value: string
  /** When it should be renewed, by the monotonic clock; never if the token does not say when it was issued. */
  renewAt: number
  /** Asks for a token. It fails if the callback throws, returns something that is not a token, or does not answer. */
  renew(): Promise<void>
}

export function createTokens(ask: Options['token'], limitMs: number): Tokens {
  const tokens: Tokens = {
    value: '',
    renewAt: 0,
    async renew() {
      const askedAt = performance.now()
      let timer: ReturnType<typeof setTimeout>
      const token: unknown = await new Promise((done, fail) => {
        timer = setTimeout(() => fail(new Error('token: no answer')), limitMs)
        Promise.resolve(ask()).then(done, fail)
      }).finally(() => clearTimeout(timer))
      // A login page, an empty body or a line end is not a token.
      if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token as string)) throw new Error('token: the answer is not a JWT')
      tokens.value = token as string
      const claims = tokens.value.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/')
      const { exp, iat } = JSON.parse(atob(claims)) as { exp: number; iat?: number }
      // The difference of two times of the issuer, because the clock of the client may be wrong.
      tokens.renewAt = askedAt + ((exp - iat!) * 1000 * RENEW_PART || Infinity)
    },
  }
  return tokens
}
