import { useCallback, useEffect, useRef, useState } from 'react'
import { connect } from './client.js'
import { compareIds } from './ids.js'
import type { Which } from './marks.js'
import type { Client, Notification, Options, Received, State } from './types.js'

export interface HermodView<T> {
  /** Undefined before the first effect. */
  state: State | undefined
  /** The newest last, at most `limit`. */
  notifications: Received<T>[]
  /** How many of them are not seen. */
  unseen: number
  /** How many notifications are missing: load the state from its source. */
  dropped: number
  /** Marks notifications as seen, here and on the user's other devices. */
  seen(which: Which): void
}

/** Connects while the component is mounted. A change of `url` or `device` connects again; a change of `token` is used from the
 *  next token on. A client, such as a MockHermod, is used as it is and not closed. */
export function useHermod<T = Notification>(source: Options | Client<T>, { limit = 100 } = {}): HermodView<T> {
  const [state, setState] = useState<State>()
  const [notifications, setNotifications] = useState<Received<T>[]>([])
  const [dropped, setDropped] = useState(0)
  const client = useRef<Client<T> | undefined>(undefined)
  const newest = useRef(source)
  newest.current = source
  const isClient = 'on' in source
  const key = isClient ? source : `${source.url} ${source.device}`

  useEffect(() => {
    const { current } = newest
    const token = async () => (newest.current as Options).token()
    const used = 'on' in current ? current : connect<T>({ ...current, token })
    client.current = used
    setState(used.state)
    setNotifications([])
    setDropped(0)
    const offs = [
      used.on('state', setState),
      used.on('notification', (one) => setNotifications((all) => [...all, one].slice(-limit))),
      used.on('seen', (seen) => setNotifications((all) => marked(all, 'ids' in seen ? seen.ids : seen))),
      used.on('dropped', ({ count }) => setDropped((before) => before + count)),
    ]
    return () => {
      offs.forEach((off) => off())
      if (!('on' in current)) used.close()
    }
  }, [key, limit])

  const seen = useCallback((which: Which) => {
    client.current?.seen(which)
    setNotifications((all) => marked(all, which))
  }, [])

  return { state, notifications, unseen: notifications.filter((one) => !one.seen).length, dropped, seen }
}

function marked<T>(all: Received<T>[], which: Which): Received<T>[] {
  const isMarked = ({ id }: Received<T>): boolean => {
    if (id === null) return false
    if (typeof which === 'object' && 'upTo' in which) return compareIds(id, which.upTo) <= 0
    return [which].flat().includes(id)
  }
  return all.map((one) => (!one.seen && isMarked(one) ? { ...one, seen: true } : one))
}
