import { setTimeout as delay } from 'node:timers/promises'

/** Holds bytes back so that no more than a rate pass. */
export interface Pace {
  /** Waits until so many bytes may pass. */
  take(bytes: number, signal: AbortSignal): Promise<void>
  /** How many bytes are best taken at once, at most `wanted`: a tenth of a second's. */
  portion(wanted: number): number
}

const LEAST_PORTION = 16_384

/** Opens a pace of so many bytes per second, for all who share it; `null`: nothing is held back. */
export function openPace(bytesS: number | null): Pace {
  if (bytesS === null) return { take: () => Promise.resolve(), portion: wanted => wanted }
  let freeAt = 0
  return {
    async take(bytes, signal) {
      const now = performance.now()
      const from = Math.max(freeAt, now)
      freeAt = from + (bytes / bytesS) * 1_000
      if (from > now) await delay(from - now, undefined, { signal })
    },
    portion: wanted => Math.min(wanted, Math.max(LEAST_PORTION, Math.ceil(bytesS / 10))),
  }
}
