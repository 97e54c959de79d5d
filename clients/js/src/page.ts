/** Reports that the page is shown or the network has returned, and that the page is about to be frozen, until `signal` is
 *  aborted. Elsewhere than in a browser it does nothing. */
export function observePage(signal: AbortSignal, onWake: () => void, onFreeze: () => void): void {
  const { document: page, navigator: agent } = globalThis
  const observe = (target: EventTarget | undefined, names: string, handler: (event: Event) => void) => {
    for (const name of names.split(' ')) target?.addEventListener?.(name, handler, { signal })
  }
  observe(globalThis, 'online pageshow', onWake)
  observe(page, 'resume visibilitychange', onWake)
  observe((agent as { connection?: EventTarget } | undefined)?.connection, 'change', onWake)
  observe(page, 'freeze', onFreeze)
  // A page that is left for good closes its connections by itself.
  observe(globalThis, 'pagehide', (event) => (event as PageTransitionEvent).persisted && onFreeze())
}
