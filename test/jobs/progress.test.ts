import { describe, expect, test } from 'vitest'
import { openProgress } from '@almagest/jobs'

/** A progress, and its clock in milliseconds. */
function opened() {
  let now = 0
  return { progress: openProgress(() => now), pass: (ms: number) => void (now += ms) }
}

describe('the progress of a piece of work', () => {
  test('tells how fast it goes and how long it will take', () => {
    const { progress, pass } = opened()
    progress.tell(0, 10_000)
    expect(progress.look()).toEqual({ done: 0, total: 10_000, bytesS: null, leftS: null, needs: null })
    pass(500)
    progress.tell(500)
    expect(progress.look()).toEqual({ done: 500, total: 10_000, bytesS: 1_000, leftS: 9.5, needs: null })
    for (let beat = 0; beat < 10; beat++) {
      pass(500)
      progress.tell(1_000 + 500 * beat)
    }
    expect(progress.look().bytesS).toBe(1_000)
  })

  test('forgets within some ten seconds how fast it was, and hopes for nothing when it stands still', () => {
    const { progress, pass } = opened()
    progress.tell(0, 1_000_000)
    pass(1_000)
    progress.tell(100_000)
    progress.look()
    for (let beat = 0; beat < 60; beat++) {
      pass(500)
      progress.look()
    }
    expect(progress.look().bytesS).toBeLessThan(300)
    for (let beat = 0; beat < 60; beat++) {
      pass(500)
      progress.look()
    }
    expect(progress.look()).toMatchObject({ done: 100_000, bytesS: 1, leftS: null, needs: null })
  })

  test('does not count as speed what an earlier attempt did, nor what has to be done again', () => {
    const { progress, pass } = opened()
    progress.tell(0, 1_000_000)
    progress.keep(900_000)
    progress.tell(900_000)
    pass(1_000)
    progress.tell(901_000)
    expect(progress.look()).toMatchObject({ done: 901_000, bytesS: 1_000, leftS: 99 })
    pass(1_000)
    progress.tell(900_000)
    expect(progress.look().bytesS).toBeLessThan(1_000)
  })

  test('without a total tells no end, and looked at twice at once says the same', () => {
    const { progress, pass } = opened()
    pass(1_000)
    progress.tell(5_000)
    expect(progress.look()).toEqual({ done: 5_000, total: null, bytesS: 5_000, leftS: null, needs: null })
    expect(progress.look()).toEqual({ done: 5_000, total: null, bytesS: 5_000, leftS: null, needs: null })
  })
})
