import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { openScreen } from '@almagest/gateway/local'

type Shown = Parameters<ReturnType<typeof openScreen>['show']>[0]

const NOTHING = { done: 0, total: 0, bytesS: null }

/** How a story stands whose files are packaged now. */
function packaging(done: number, bytesS: number | null): Shown {
  const file = { done: 4_000_000, total: 4_000_000, bytesS: null }
  return { file, package: { done, total: 4_000_000, bytesS }, transfer: NOTHING, archive: NOTHING, stage: NOTHING, 'clean up': NOTHING }
}

/** A stream that keeps what is written to it. */
function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 120 })
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => String(stream.read() ?? '') }
}

describe('the screen of a story', () => {
  test('shows in a terminal how fast a stage goes, and how long it will take', () => {
    const { stream, written } = terminal(true)
    {
      using screen = openScreen(stream, () => 0)
      screen.show(packaging(1_000_000, 500_000))
    }
    const [row] = written()
      .split('\n')
      .filter(line => line.includes('package'))
      .slice(-1)
    expect(row).toMatch(/25%.*1\.00 MB of 4\.00 MB.*500 kB\/s, 6 s left/)
  })

  test('shows elsewhere one line for each stage that is done, with its mean rate', () => {
    const { stream, written } = terminal(false)
    let now = 0
    using screen = openScreen(stream, () => now)
    screen.show(packaging(0, null))
    now = 2_000
    screen.show(packaging(1_000_000, 500_000))
    expect(written()).not.toContain('package')
    screen.show(packaging(4_000_000, null))
    screen.show(packaging(4_000_000, null))
    expect(written()).toMatch(/^ {2}package +100% {2}4\.00 MB {2}2\.00 MB\/s\n$/)
  })
})
