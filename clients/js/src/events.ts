import type { Events, Received, State } from './types.js'

/** The most notifications that an iteration holds for a slow consumer. The oldest beyond it is dropped, with an event. */
const ITERATION_MAX = 1000

type Listener<T> = (event: T) => void

/** The subscribers of a client: listeners, and the iterations over its notifications. */
export interface Subscribers<T> {
  on<Name extends keyof Events<T>>(name: Name, listener: Listener<Events<T>[Name]>): () => void
  /** An exception of a listener is reported as uncaught, and does not disturb the client or other listeners. */
  emit<Name extends keyof Events<T>>(name: Name, event: Events<T>[Name]): void
  /** It ends with the state `stopped`, after the notifications that it holds. */
  iterate(): AsyncGenerator<Received<T>, void>
}

export function createSubscribers<T>(): Subscribers<T> {
  const listeners = new Set<[keyof Events<T>, Listener<never>]>()
  let isStopped = false

  function on<Name extends keyof Events<T>>(name: Name, listener: Listener<Events<T>[Name]>): () => void {
    const entry: [Name, Listener<never>] = [name, listener]
    listeners.add(entry)
    return () => void listeners.delete(entry)
  }

  function emit<Name extends keyof Events<T>>(name: Name, event: Events<T>[Name]): void {
    isStopped ||= (event as Partial<State>).state === 'stopped'
    for (const [of, listener] of [...listeners]) {
      try {
        if (of === name) (listener as Listener<Events<T>[Name]>)(event)
      } catch (error) {
        setTimeout(() => {
          throw error
        })
      }
    }
  }

  function iterate(): AsyncGenerator<Received<T>, void> {
    const held: Received<T>[] = []
    let proceed = () => {}
    const wake = () => proceed()
    const off = on('notification', (value) => {
      if (held.push(value) > ITERATION_MAX) {
        held.shift()
        emit('dropped', { count: 1 })
      }
      wake()
    })
    const offState = on('state', wake)
    return (async function* () {
      try {
        for (;;) {
          while (held.length) yield held.shift()!
          if (isStopped) return
          await new Promise<void>((resume) => (proceed = resume))
        }
      } finally {
        off()
        offState()
      }
    })()
  }

  return { on, emit, iterate }
}
