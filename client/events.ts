import { thrown, type Asking, type openAsk } from './ask.ts'
import { Outage, Refusal } from './errors.ts'
import type { EventsQuery } from './operations.generated.ts'

/** A change of a state, with the place in the stream after which to go on. */
export type AlmagestEvent = NonNullable<EventsQuery['events']>['nodes'][number] & {
  /** Give it as `after` to go on behind this event. */
  readonly id: string
}

/** Which events are told, and from where on. A list has up to 100 values. */
export interface Following extends Asking {
  /** The `id` of the last event that was read; `0-0-0`: from the beginning. */
  readonly after?: string | undefined
  /** From this moment on; not together with `after`. */
  readonly since?: Date | string | undefined
  readonly subjectType?: readonly string[] | undefined
  readonly subjectId?: readonly string[] | undefined
  readonly field?: readonly string[] | undefined
  /** Ids of packages: these with their copies, transfers, operations and stagings. */
  readonly package?: readonly string[] | undefined
  /** Names of locations. */
  readonly location?: readonly string[] | undefined
  /** Called before it comes back after the line was cut. */
  readonly onCut?: ((why: string) => void) | undefined
}

const LISTS = ['subjectType', 'subjectId', 'field', 'package', 'location'] as const

/** Longer silence than this is a line that was cut: the data centre says something every 15 s. */
const SILENCE_MS = 45_000
const LONGEST_WAIT_MS = 30_000

/**
 * Follows what happens, for ever or until the signal. Whenever the line is cut it comes back with the last place it read: no event is lost and none
 * is told twice. Throws a Refusal for what the data centre does not take.
 */
export async function* followEvents(
  { root, send }: Pick<ReturnType<typeof openAsk>, 'root' | 'send'>,
  { signal, onCut = () => {}, ...wish }: Following = {},
): AsyncGenerator<AlmagestEvent, void, void> {
  const search = new URLSearchParams()
  for (const name of LISTS) for (const value of wish[name] ?? []) search.append(name, value)
  if (wish.since !== undefined) search.set('since', typeof wish.since === 'string' ? wish.since : wish.since.toISOString())
  if (wish.after !== undefined) search.set('after', wish.after)
  let place: string | undefined
  for (let failed = 0; ;) {
    if (signal?.aborted) return
    try {
      const heard = listen(`${root}/events?${search}`, { send, signal, place })
      for await (const block of heard) {
        failed = 0
        place = block.id ?? place
        if (block.data !== null && place !== undefined) yield { ...(JSON.parse(block.data) as AlmagestEvent), id: place }
      }
      onCut('the data centre ended the stream')
    } catch (error) {
      if (signal?.aborted) return
      if (!(error instanceof Outage)) throw error
      onCut(error.message)
    }
    await pause(Math.min(250 * 2 ** failed++, LONGEST_WAIT_MS), signal)
  }
}

interface Block {
  readonly id: string | null
  readonly data: string | null
}

interface Line extends Asking {
  readonly send: ReturnType<typeof openAsk>['send']
  readonly place: string | undefined
}

/** One connection, until it ends; the blocks of Server-Sent Events that came whole. */
async function* listen(url: string, { send, signal, place }: Line): AsyncGenerator<Block, void, void> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MS)
  try {
    const response = await send(url, {
      headers: { accept: 'text/event-stream', ...(place !== undefined && { 'last-event-id': place }) },
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    })
    if (response.status !== 200 || !response.body) throw await refusalOf(response)
    const decoder = new TextDecoder()
    let rest = ''
    const reader = response.body.getReader()
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        clearTimeout(timer)
        timer = setTimeout(() => silence.abort(), SILENCE_MS)
        const blocks = (rest + decoder.decode(read.value, { stream: true })).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) yield blockOf(block)
      }
    } finally {
      await reader.cancel().catch(() => {})
    }
  } catch (error) {
    if (error instanceof Refusal || error instanceof Outage) throw error
    throw new Outage(silence.signal.aborted ? 'the data centre said nothing for too long' : `the line was cut: ${String(error)}`, {
      cause: error,
    })
  } finally {
    clearTimeout(timer)
  }
}

function blockOf(text: string): Block {
  const lines = text.split('\n').map(line => line.replace(/\r$/, ''))
  const of = (field: string): string[] =>
    lines.filter(line => line.startsWith(`${field}:`)).map(line => line.slice(field.length + 1).replace(/^ /, ''))
  const data = of('data')
  return { id: of('id').at(-1) ?? null, data: data.length > 0 ? data.join('\n') : null }
}

async function refusalOf(response: Response): Promise<Error> {
  const answer = (await response.json().catch(() => ({}))) as { errors?: [{ message: string; extensions?: { code?: string } }] }
  return thrown(response.status, answer.errors?.[0])
}

/** Waits, or until the signal. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
  })
}
