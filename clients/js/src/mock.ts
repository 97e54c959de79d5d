import { createSubscribers } from './events.js'
import type { Which } from './marks.js'
import type { Client, Events, Notification, Options, Received, Seen, State } from './types.js'

/** A client without a network for tests of front ends: the test decides what it receives.
 *
 *      const mock = new MockHermod()
 *      render(<Inbox connect={mock.connect} />)
 *      mock.open()
 *      mock.receive({ notification_type: 'batch_ready' })
 *      expect(mock.marked).toEqual(['1-0'])
 */
export class MockHermod<T = Notification> implements Client<T> {
  readonly #subscribers = createSubscribers<T>()
  #state: State = { state: 'connecting', transport: 'websocket' }
  #count = 0
  /** What the tested code has marked as seen, in order. */
  readonly marked: (string | { upTo: string })[] = []
  /** The options of the last call of `connect`. */
  options: Options | undefined

  /** In the place of the package's `connect`. */
  readonly connect = (options?: Options): MockHermod<T> => {
    this.options = options
    return this
  }

  get state(): State {
    return this.#state
  }
  on<Name extends keyof Events<T>>(event: Name, listener: (event: Events<T>[Name]) => void): () => void {
    return this.#subscribers.on(event, listener)
  }
  [Symbol.asyncIterator](): AsyncIterator<Received<T>, void> {
    return this.#subscribers.iterate()
  }
  seen(which: Which): void {
    this.marked.push(...([which].flat() as (string | { upTo: string })[]))
  }
  close(): void {
    this.enter({ state: 'stopped', reason: 'closed', code: 1000 })
  }

  // For the test.

  open(): void {
    this.enter({ state: 'open' })
  }
  /** Moves to a state. After `stopped` there is none, as with a real client. */
  enter(state: Partial<State> & Pick<State, 'state'>): void {
    if (this.#state.state === 'stopped') return
    this.#state = { transport: 'websocket', ...state }
    this.#subscribers.emit('state', this.#state)
  }
  /** A notification arrives. Missing fields are filled in; ids count up from 1-0. Returns its id. */
  receive(notification: Partial<T>, about: Partial<Omit<Received<T>, 'notification'>> = {}): string {
    const id = `${++this.#count}-0`
    const usual = {
      teacher_id: 'teacher-1',
      notification_type: 'test',
      category: 'system_alerts',
      priority: 'standard',
      payload: {},
      action_required: false,
      correlation_id: `correlation-${this.#count}`,
      timestamp: new Date().toISOString(),
    }
    const received = { id, replayed: false, seen: false, ...about, notification: { ...usual, ...notification } as T }
    this.#subscribers.emit('notification', received)
    return received.id ?? id
  }
  /** Another connection of the user marks notifications as seen. */
  seenElsewhere(seen: Seen): void {
    this.#subscribers.emit('seen', seen)
  }
  drop(count: number): void {
    this.#subscribers.emit('dropped', { count })
  }
  fail(error: Error): void {
    this.#subscribers.emit('error', error)
  }
}
