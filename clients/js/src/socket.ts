import { endpoint, parseObject, type Link, type LinkContext, type LinkOwner } from './link.js'
import type { Options, ServerFrame, SocketLike, WelcomeFrame } from './types.js'

/** Opens a WebSocket with the sub-protocol hermod.v1. A service that has only the plain protocol selects `hermod`: its
 *  texts are notifications without ids, and its welcome has no members. */
export function openSocket({ options, tokens }: LinkContext, owner: LinkOwner): Link {
  const Socket = options.WebSocket ?? (globalThis.WebSocket as NonNullable<Options['WebSocket']>)
  const socket: SocketLike = new Socket(endpoint(options, 'websocket').href, ['hermod.v1', 'hermod', 'bearer.' + tokens.value])
  const isPlain = () => socket.protocol === 'hermod'

  socket.onopen = () => {
    if (isPlain()) owner.onFrame({ type: 'welcome' } as WelcomeFrame)
  }
  socket.onmessage = ({ data }: { data: string }) => {
    owner.onActivity()
    const frame = parseObject(data) as ServerFrame<unknown> | undefined
    if (!frame) return
    if (!isPlain() || frame.type === 'authenticated') owner.onFrame(frame)
    else owner.onFrame({ type: 'notification', id: null, replayed: false, seen: false, notification: frame })
  }
  socket.onerror = () => {} // `close` follows
  socket.onclose = ({ code, reason }: { code: number; reason: string }) => owner.onEnd({ ...parseObject(reason), code })

  return {
    send: (frame) => socket.send(JSON.stringify(frame)),
    close: (code) => socket.close(code),
  }
}
