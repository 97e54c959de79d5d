import type { SeenFrame } from './types.js'

/** The most ids of one frame, and the most frames that wait for a connection; the oldest beyond it is forgotten. */
const FRAME_IDS_MAX = 256
const FRAMES_MAX = 64

export type Which = string | readonly string[] | { readonly upTo: string }

/** The marks of the user until hermod is known to have them: a frame that was sent on a dying connection may be lost. */
export interface Marks {
  /** Ids that wait share a frame. */
  add(which: Which): void
  /** The next frame that is not sent yet, which then counts as sent. */
  next(): SeenFrame | undefined
  /** Returns a function that reports that hermod has all frames that are sent now. */
  confirmation(): () => void
  /** Sends everything again, on a new connection. hermod accepts repeats. */
  rewind(): void
}

export function createMarks(): Marks {
  let waiting: SeenFrame[] = []
  let sent: SeenFrame[] = []

  function push(frame: SeenFrame): void {
    if (waiting.push(frame) > FRAMES_MAX) waiting.shift()
  }

  return {
    add(which) {
      for (const item of [which].flat() as (string | { upTo: string })[]) {
        const last = waiting.at(-1) as { ids?: string[] } | undefined
        if (typeof item !== 'string') push({ type: 'seen', up_to: item.upTo })
        else if (last?.ids && last.ids.length < FRAME_IDS_MAX) last.ids.push(item)
        else push({ type: 'seen', ids: [item] })
      }
    },
    next() {
      const frame = waiting.shift()
      if (frame) sent.push(frame)
      return frame
    },
    confirmation() {
      const had = [...sent]
      return () => void (sent = sent.filter((frame) => !had.includes(frame)))
    },
    rewind() {
      waiting = [...sent, ...waiting].slice(-FRAMES_MAX)
      sent = []
    },
  }
}
