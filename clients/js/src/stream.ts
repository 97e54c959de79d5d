import { endpoint, parseObject, type End, type Link, type LinkContext, type LinkOwner } from './link.js'
import type { GoodbyeFrame, ServerFrame } from './types.js'

/** More than hermod sends: its largest notification has 1 MiB. */
const LINE_MAX = 1 << 22

/** Opens a stream of server-sent events. It is read with `fetch`, because an EventSource shows neither the status of a
 *  refusal nor the heartbeats, and would put the token into the URL. */
export function openStream({ options, tokens, lastId }: LinkContext, owner: LinkOwner): Link {
  const abort = new AbortController()
  const headers = { Authorization: 'Bearer ' + tokens.value }
  const url = endpoint(options, 'sse', '/sse/v1/notifications')
  if (lastId) url.searchParams.set('last_event_id', lastId)
  const acknowledge = endpoint(options, 'sse', '/v1/acknowledge')
  let goodbye: GoodbyeFrame | undefined

  function onLine(line: string): void {
    const frame = line.startsWith('data:') && (parseObject(line.slice(5)) as ServerFrame<unknown> | undefined)
    if (!frame) return
    if (frame.type === 'welcome' && !options.device) acknowledge.searchParams.set('connection_id', frame.connection_id)
    if (frame.type === 'goodbye') goodbye = frame
    owner.onFrame(frame)
  }

  async function read(): Promise<End> {
    const response = await fetch(url, { headers, signal: abort.signal })
    if (!response.ok) return refusal(response, await response.text())
    // A login page of a network is not a stream.
    if (!/^text\/event-stream/.test(response.headers.get('Content-Type')!)) return { code: 1006 }
    const reader = response.body!.getReader()
    const decoder = new TextDecoder()
    let rest = ''
    for (let piece; !(piece = await reader.read()).done; ) {
      owner.onActivity()
      const lines = (rest + decoder.decode(piece.value, { stream: true })).split('\n')
      rest = lines.pop()!
      if (rest.length > LINE_MAX) return { code: 1006, message: 'a line is too long' }
      lines.forEach(onLine) // hermod writes each event on one line of data
    }
    return { ...parseObject(goodbye?.reason ?? ''), code: goodbye?.code ?? 1006 }
  }

  read()
    .catch(({ message }: Error): End => ({ code: 1006, message }))
    .then(owner.onEnd)

  return {
    send: (frame) =>
      fetch(acknowledge, { method: 'POST', headers, body: JSON.stringify(frame), keepalive: true }).then(
        (response) => response.ok,
        () => false,
      ),
    close: () => abort.abort(),
  }
}

/** The end that a refusal by HTTP is equal to. Only an answer in hermod's form is one; proxies answer too. Any other answer is a
 *  failure of this transport. */
function refusal({ status, headers }: Response, text: string): End {
  const { error } = (parseObject(text) ?? {}) as { error?: { code: string; message: string } }
  const end: End = { code: 1006, message: error?.message ?? 'HTTP ' + status }
  const seconds = headers.get('Retry-After')
  if (seconds) end.retry_after_ms = +seconds * 1000
  if (error?.code && (status < 404 || status === 429)) {
    end.error_code = error.code
    end.code = error.code === 'QUOTA_EXCEEDED' ? 4000 : 1008
  }
  return end
}
