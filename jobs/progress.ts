/** How far a piece of work is and how fast it goes, in bytes. */
export interface Progress {
  /** Tells how many are done, and of how many. */
  tell(done: number, total?: number): void
  /** Tells that so many of those that are done were done by an earlier attempt: they say nothing of how fast this one is. */
  keep(bytes: number): void
  /** Tells how many bytes will be written besides those that are done; `null`: that is not known. */
  need(bytes: number | null): void
  /** How it stands now. `bytesS` is the mean of about the last ten seconds in bytes per second, `null` at first; `leftS` are the seconds that are left at that rate, `needs` the bytes that are still to be written. */
  look(): Standing
}

/** How a piece of work stands at one moment. */
export interface Standing {
  readonly done: number
  readonly total: number | null
  readonly bytesS: number | null
  readonly leftS: number | null
  readonly needs: number | null
}

/** Rates are smoothed with this time constant, in milliseconds. */
const SMOOTH_MS = 5_000

/** A look sooner than this after another says what that said: what came in so short a time means little. */
const LEAST_MS = 200

/** More than this is no estimate: ten years, in seconds. */
const MOST_S = 315_360_000

/** Opens the progress of one attempt; `clock`: milliseconds that only go forward. */
export function openProgress(clock: () => number = () => performance.now()): Progress {
  let done = 0
  let kept = 0
  let total: number | null = null
  let rate: number | null = null
  let until: number | null = null
  let before = { at: clock(), moved: 0 }

  return {
    tell(bytes, of) {
      done = bytes
      total = of ?? total
    },
    keep(bytes) {
      kept += bytes
    },
    need(bytes) {
      until = bytes === null ? null : done + bytes
    },
    look() {
      const now = { at: clock(), moved: done - kept }
      const elapsed = now.at - before.at
      if (elapsed >= LEAST_MS) {
        const lately = (Math.max(0, now.moved - before.moved) / elapsed) * 1_000
        rate = rate === null ? lately : rate + (lately - rate) * (1 - Math.exp(-elapsed / SMOOTH_MS))
        before = now
      }
      const leftS = rate !== null && rate >= 1 && total !== null ? Math.max(0, total - done) / rate : Infinity
      return {
        done,
        total,
        bytesS: rate === null ? null : Math.round(rate),
        leftS: leftS <= MOST_S ? leftS : null,
        needs: until === null ? null : Math.max(0, until - done),
      }
    },
  }
}
