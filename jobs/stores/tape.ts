import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { Outage } from '@almagest/schema'
import { runProgram } from '../transports/program.ts'
import { posixStore } from './posix.ts'
import type { Store } from './store.ts'

/** Stands in a command for the paths of the files; a command without it gets them at its end. */
const PATHS = '{}'

/** How many files are named in one command. */
const FILES_PER_COMMAND = 500

const command = z.array(z.string().min(1)).min(1)

const library = z.strictObject({
  root: z.string().refine(isAbsolute, { error: 'must be an absolute path' }),
  state: command,
  recall: command,
  release: command.optional(),
  pollS: z.int().min(1).max(86_400).default(60),
})

/**
 * How a tape library is reached at a site: the folder of the disks before its tapes, where every file shows with its name and size, and the site's
 * own commands, which are run without a shell, with absolute paths. `state` prints for each path, in order, a line ONLINE, RECALLING or OFFLINE;
 * `recall` asks for files to become ONLINE and does not wait for that; `release` lets the disks free them. `pollS`: how long a recall is given before
 * its state is looked at again, in seconds.
 */
export type TapeLibrary = z.output<typeof library>

/** The libraries of a site by the names of their locations. */
export type TapeLibraries = Readonly<Record<string, TapeLibrary>>

/** A setting that names a file with the libraries of the site, as JSON; its value is what is in the file. */
export function tapeLibrariesSetting() {
  return z.string().transform((path, context): TapeLibraries => {
    try {
      const parsed = z.record(z.string(), library).safeParse(JSON.parse(readFileSync(path, 'utf8')))
      if (parsed.success) return parsed.data
      for (const issue of parsed.error.issues)
        context.addIssue({ code: 'custom', message: `its file: ${issue.path.join('.')}: ${issue.message}` })
    } catch {
      context.addIssue({ code: 'custom', message: 'must be the path of a JSON file with the tape libraries of the site' })
    }
    return z.NEVER
  })
}

type State = 'ONLINE' | 'RECALLING' | 'OFFLINE'

/**
 * A location on tape behind disks, as hierarchical storage managers make it: what is on the disks is read and written as in a folder; what is only
 * on tape has to be recalled first, and reading it before throws Outage, so that no worker waits for a tape.
 */
export function tapeStore({ id, library }: { id: string; library: TapeLibrary }): Store {
  const disk = posixStore(library.root, { id })

  async function run(template: readonly string[], paths: readonly string[], signal: AbortSignal): Promise<string> {
    const files = paths.map(path => join(library.root, path))
    const [program = '', ...args] = template.includes(PATHS)
      ? template.flatMap(word => (word === PATHS ? files : [word]))
      : [...template, ...files]
    let text = ''
    const ended = await runProgram(program, args, { signal, onText: more => (text += more) })
    if (ended?.status === 0) return text
    const why = ended
      ? `ended with ${ended.status === null ? 'a signal' : `status ${ended.status}`}`
      : 'is not installed where this worker runs'
    throw new Outage(`location ${id}: the tape library's command ${program} ${why}`, {
      cause: new Error(ended?.said ?? why),
      locationId: id,
    })
  }

  async function statesOf(paths: readonly string[], signal: AbortSignal): Promise<State[]> {
    const states: State[] = []
    for (let at = 0; at < paths.length; at += FILES_PER_COMMAND) {
      const some = paths.slice(at, at + FILES_PER_COMMAND)
      const words = (await run(library.state, some, signal)).split('\n').map(word => word.trim().toUpperCase())
      const known = words.filter((word): word is State => word === 'ONLINE' || word === 'RECALLING' || word === 'OFFLINE')
      if (known.length !== some.length)
        throw new Outage(`location ${id}: the tape library told the state of ${known.length} of ${some.length} files`, { locationId: id })
      states.push(...known)
    }
    return states
  }

  async function checkOnline(path: string, signal: AbortSignal = never): Promise<void> {
    if (!(await disk.stat(path))) return
    const [state] = await statesOf([path], signal)
    if (state !== 'ONLINE')
      throw new Outage(`location ${id}: ${path} is on tape and has to be recalled before it is read`, { locationId: null })
  }

  return {
    ...disk,
    async read(path, options) {
      await checkOnline(path, options?.signal)
      return disk.read(path, options)
    },
    async locate(path) {
      await checkOnline(path)
      return (await disk.locate?.(path)) ?? null
    },
    async write(path, chunks, options) {
      await checkOnline(path, options.signal)
      return disk.write(path, chunks, options)
    },
    async recall(paths, { signal, unless }) {
      const there = await Promise.all(paths.map(path => disk.stat(path)))
      const wanted = paths.filter((_, index) => there[index])
      const states = await statesOf(wanted, signal)
      if (unless !== undefined && states[wanted.indexOf(unless)] === 'ONLINE') return { waiting: [], seconds: library.pollS }
      const offline = wanted.filter((_, index) => states[index] === 'OFFLINE')
      for (let at = 0; at < offline.length; at += FILES_PER_COMMAND)
        await run(library.recall, offline.slice(at, at + FILES_PER_COMMAND), signal)
      return { waiting: wanted.filter((_, index) => states[index] !== 'ONLINE'), seconds: library.pollS }
    },
    async release(paths, { signal }) {
      if (library.release && paths.length > 0) await run(library.release, paths, signal)
    },
  }
}

const never = new AbortController().signal
