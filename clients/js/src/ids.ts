/** Compares two stream ids, which have the form `milliseconds-number`: negative if `a` is older. */
export function compareIds(a: string, b: string): number {
  const [aMs, aNumber] = a.split('-').map(Number) as [number, number?]
  const [bMs, bNumber] = b.split('-').map(Number) as [number, number?]
  return aMs - bMs || (aNumber ?? 0) - (bNumber ?? 0)
}
