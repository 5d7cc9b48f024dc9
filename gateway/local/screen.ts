import cliProgress from 'cli-progress'
import { STAGES, type Progress } from './story.ts'

/** Shows a story in the terminal: a bar for each stage where there is a terminal, else a line whenever a stage is done. */
export interface Screen extends Disposable {
  show(progress: Progress): void
  /** Prints a line above the bars. */
  say(line: string): void
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** A size for people: three digits and a decimal unit. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const value = bytes / 1_000 ** power
  return `${power === 0 ? value : value.toPrecision(3)} ${UNITS[power]}`
}

/** Opens the screen of one story on `stream`. */
export function openScreen(stream: NodeJS.WriteStream, now: () => number): Screen {
  return stream.isTTY ? openBars(stream, now) : openLines(stream, now)
}

function openBars(stream: NodeJS.WriteStream, now: () => number): Screen {
  const bars = new cliProgress.MultiBar(
    {
      format: '  {stage} {bar} {percentage}%  {size}  {rate}',
      stream,
      hideCursor: true,
      clearOnComplete: false,
      barsize: 30,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      autopadding: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  )
  const clocks = openClocks(now)
  const rows = new Map(STAGES.map(stage => [stage, bars.create(1, 0, { stage: stage.padEnd(8), size: '', rate: '' })]))
  return {
    show(progress) {
      for (const [stage, row] of rows) {
        const { done, total, bytesS } = progress[stage]
        row.setTotal(Math.max(total, 1))
        row.update(Math.min(total === 0 ? 0 : done, total), {
          size: `${formatBytes(done)} of ${formatBytes(total)}`,
          rate: formatRate(clocks.rate(stage, done, total), { bytesS, left: total - done }),
        })
      }
    },
    say: line => bars.log(`${line}\n`),
    [Symbol.dispose]: () => bars.stop(),
  }
}

function openLines(stream: NodeJS.WriteStream, now: () => number): Screen {
  const clocks = openClocks(now)
  const told = new Set<string>()
  return {
    show(progress) {
      for (const stage of STAGES) {
        const { done, total } = progress[stage]
        const rate = clocks.rate(stage, done, total)
        if (total === 0 || done < total || told.has(stage)) continue
        told.add(stage)
        stream.write(`  ${stage.padEnd(8)}  100%  ${formatBytes(total)}  ${formatRate(rate)}\n`)
      }
    },
    say: line => void stream.write(`${line}\n`),
    [Symbol.dispose]() {},
  }
}

/** What runs tells its own rate, and so how long the stage will take; else it is the mean of the stage so far. */
function formatRate(mean: number | null, now?: { bytesS: number | null; left: number }): string {
  if (now?.bytesS && now.left > 0) return `${formatBytes(Math.round(now.bytesS))}/s, ${formatSeconds(now.left / now.bytesS)} left`
  return mean === null ? '' : `${formatBytes(mean)}/s`
}

/** A time for people: whole seconds, or minutes and hours from two minutes on. */
export function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}

/** The mean rate of each stage from its first byte to its last, in bytes per second. */
function openClocks(now: () => number) {
  const clocks = new Map<string, { begun: number; from: number; last: number; ended: number | null }>()
  return {
    rate(stage: string, done: number, total: number): number | null {
      const at = now()
      const clock = clocks.get(stage) ?? { begun: at, from: 0, last: done, ended: null }
      if (done === 0) clock.begun = at
      if (done >= total && total > 0) clock.ended ??= at
      clock.last = done
      clocks.set(stage, clock)
      const seconds = ((clock.ended ?? at) - clock.begun) / 1_000
      return done > 0 && seconds > 0.05 ? (done - clock.from) / seconds : null
    },
  }
}
