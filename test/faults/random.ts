/** A source of random decisions that gives the same ones again for the same seed. */
export interface Random {
  /** From 0 to 1, never 1. */
  next(): number
  /** A whole number of `least` to `most`, both included. */
  between(least: number, most: number): number
  pick<item>(items: readonly item[]): item
  shuffle<item>(items: readonly item[]): item[]
  /** Another source for `what`: what is drawn from it leaves this one as it is. */
  fork(what: string): Random
}

/** The decisions of a seed: mulberry32 over a number or a name. */
export function openRandom(seed: number | string): Random {
  let state = typeof seed === 'number' ? seed | 0 : hashOf(seed)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    between,
    pick(items) {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new Error('there is nothing to pick from')
      return item
    },
    shuffle(items) {
      const mixed = [...items]
      for (let last = mixed.length - 1; last > 0; last--) {
        const other = between(0, last)
        ;[mixed[last], mixed[other]] = [mixed[other] as (typeof mixed)[number], mixed[last] as (typeof mixed)[number]]
      }
      return mixed
    },
    fork: what => openRandom(`${seed}/${what}`),
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash | 0
}
