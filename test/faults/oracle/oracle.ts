import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import { openCensus, type Census } from './census.ts'
import type { Entry, Ledger } from './ledger.ts'
import { judgeRows, livePlaces } from './rows.ts'

/* The oracle imports nothing of Almagest: it has its own ledger, reads tables by its own SQL, and disks by its own reader of tars. */

/** A location as the oracle finds it on disk. */
export interface Place {
  readonly type: 'SOURCE' | 'BUFFER' | 'LONG_TERM_ARCHIVE' | 'PROCESSING'
  readonly root: string
}

/** What the oracle judges by. */
export interface OracleOptions {
  readonly db: Pool
  readonly ledger: Ledger
  /** By the name of the location. */
  readonly places: Readonly<Record<string, Place>>
  /** Nothing may go unless so many other intact copies are there. */
  readonly minVerifiedCopies: number
}

/** What was seen while an episode ran. */
export interface Watch {
  /** How often everything was looked at. */
  readonly samples: number
  /** How many bytes of files went from a place, each with the proof of others. */
  readonly goneBytes: number
  /** Ends the watch; what broke I1, I2 or I4 meanwhile. */
  end(): Promise<readonly string[]>
}

/** What the test itself does to one file. */
export interface Harm {
  /** The data centre knows of it: whoever relies on the file now is wrong. Before, nobody could know, so it counts as one of the others when something else goes. */
  found(): void
  /** What is there from now on, if anything is, is judged again. */
  over(): void
}

/** Judges from outside what became of the bytes that were handed in. */
export interface Oracle {
  /** Looks at all disks every 200 ms until it is ended. */
  watch(episode: string): Watch
  /** Where each file of an episode is whole now, by its path. */
  holdings(episode: string): Promise<ReadonlyMap<string, ReadonlySet<string>>>
  /** What broke an invariant, when nothing moves any more; `DARK` is what lies somewhere and is in no row. */
  judge(episode: string, executionId: string): Promise<readonly string[]>
  /** What is in the archives that nobody handed in, or twice. */
  judgeArchives(): Promise<readonly string[]>
  /** Says, before it is done, that what is at a place is harmed: from then on what is seen there is no news and no whole copy, and nothing that went. */
  harm(location: string, path: string): Promise<Harm>
  /** The folder of a location lies elsewhere from now on. */
  moved(location: string, root: string): void
  readonly census: Census
}

interface Harmed {
  readonly location: string
  readonly path: string
  /** The files of the ledger that were in it. */
  readonly entries: ReadonlySet<string>
  found: boolean
}

const EVERY_MS = 200

/** An oracle over disks and tables. */
export function openOracle({ db, ledger, places, minVerifiedCopies }: OracleOptions): Oracle {
  const census = openCensus()
  const excused = new Set<string>()
  const harms = new Set<Harmed>()
  const roots = new Map(Object.entries(places).map(([name, { root }]) => [name, root]))
  let moves = 0

  /** Where each file of an episode is whole; what is under a final name and not what was handed in, in sentences. */
  async function look(episode: string): Promise<{ held: Map<string, Set<string>>; strange: string[] }> {
    const held = new Map(ledger.of(episode).map(({ path }): [string, Set<string>] => [path, new Set()]))
    const strange: string[] = []
    for (const [location, { root, type }] of Object.entries(places)) {
      for (const found of (await census.take(roots.get(location) ?? root)).values()) {
        if (excused.has(`${location}/${found.path}`)) continue
        if (found.path.endsWith('.tar') && found.fault !== null)
          strange.push(`I4: ${location}/${found.path} is no whole tar: ${found.fault}`)
        for (const member of found.members) {
          const entry = entryOf(ledger, member.path, type)
          if (entry === null || entry.episode !== episode) continue
          if (entry.sha256 === member.sha256) held.get(entry.path)?.add(location)
          else strange.push(`I4: ${location}/${found.path} shows ${entry.path} with ${member.bytes} bytes that were not handed in`)
        }
      }
    }
    return { held, strange }
  }

  /** How many copies are harmed that are there by their names, and nobody could know it. */
  async function trusted(harmed: readonly Harmed[], has: ReadonlySet<string>): Promise<number> {
    const there = await Promise.all(
      harmed
        .filter(({ found, location }) => !found && !has.has(location))
        .map(({ location, path }) =>
          lstat(join(roots.get(location) ?? '', path)).then(
            () => true,
            () => false,
          ),
        ),
    )
    return there.filter(Boolean).length
  }

  function watch(episode: string): Watch {
    const broken = new Set<string>()
    const stop = new AbortController()
    let before = new Map<string, ReadonlySet<string>>()
    let samples = 0
    let goneBytes = 0

    async function sample(): Promise<void> {
      const begun = moves
      const { held, strange } = await look(episode)
      if (begun !== moves) return
      for (const what of strange) broken.add(what)
      let again: Map<string, Set<string>> | null = null
      for (const entry of ledger.of(episode)) {
        const had = before.get(entry.path) ?? new Set<string>()
        let has: ReadonlySet<string> = held.get(entry.path) ?? new Set()
        const harmed = [...harms].filter(({ entries }) => entries.has(entry.path))
        const gone = [...had].filter(location => !has.has(location) && !harmed.some(harm => harm.location === location))
        if (has.size > 0 && (gone.length === 0 || has.size >= minVerifiedCopies)) {
          if (gone.length > 0) goneBytes += entry.bytes * gone.length
          continue
        }
        // A look takes a moment: what came at one place while another was looked at is seen by the second.
        again ??= (await look(episode)).held
        if (begun !== moves) return
        has = new Set([...has, ...(again.get(entry.path) ?? [])].filter(location => !gone.includes(location)))
        if (has.size === 0) broken.add(`I1: ${entry.path} is whole nowhere, and was at ${[...had].join(', ')}`)
        else if (gone.length > 0 && has.size + (await trusted(harmed, has)) < minVerifiedCopies) {
          broken.add(`I2: ${entry.path} went from ${gone.join(', ')} when it was whole only at ${[...has].join(', ')}`)
        }
        held.set(entry.path, new Set(has))
      }
      before = held
      samples += 1
    }

    const watching = (async () => {
      while (!stop.signal.aborted) {
        await sample()
        await delay(EVERY_MS, undefined, { signal: stop.signal }).catch(() => null)
      }
    })()
    watching.catch(() => null)
    return {
      get samples() {
        return samples
      },
      get goneBytes() {
        return goneBytes
      },
      async end() {
        stop.abort()
        await watching
        await sample()
        return [...broken]
      },
    }
  }

  return {
    watch,
    census,
    holdings: async episode => (await look(episode)).held,
    async harm(location, path) {
      const key = `${location}/${path}`
      const found = await census.look(roots.get(location) ?? '', path)
      const harm: Harmed = { location, path, entries: new Set(found?.members.map(member => member.path)), found: false }
      excused.add(key)
      harms.add(harm)
      return {
        found: () => void (harm.found = true),
        over() {
          excused.delete(key)
          harms.delete(harm)
        },
      }
    },
    moved(location, root) {
      moves += 1
      roots.set(location, root)
    },
    async judge(episode, executionId) {
      const { held, strange } = await look(episode)
      const few = [...held].flatMap(([path, at]) =>
        at.size >= minVerifiedCopies ? [] : [`I1: at the end ${path} is whole only at ${[...at].join(', ') || 'no place'}`],
      )
      const live = await livePlaces(db, executionId)
      const dark = new Set([...held].flatMap(([, at]) => [...at].filter(location => !live.has(location))))
      few.push(...[...dark].map(location => `DARK: files lie at ${location}, and no row knows of them`))
      const entries = ledger.of(episode)
      return [...strange, ...few, ...(await judgeRows({ db, census, places, excused }, { entries, executionId, minVerifiedCopies }))]
    },
    async judgeArchives() {
      const wrong: string[] = []
      for (const [location, { root, type }] of Object.entries(places)) {
        if (type !== 'LONG_TERM_ARCHIVE') continue
        const { rows } = await db.query<{ path: string }>(
          `select c.path from storage.physical_copy c join storage.data_location l on l.id = c.location_id where l.name = $1 and c.status = 'PRESENT'`,
          [location],
        )
        const known = new Set(rows.flatMap(({ path }) => [path, path.replace(/\.tar$/, '.json')]))
        const seen = new Map<string, string>()
        for (const found of (await census.take(root)).values()) {
          if (excused.has(`${location}/${found.path}`)) continue
          if (!known.has(found.path)) wrong.push(`I3: ${location}/${found.path} is in no row`)
          if (!found.path.endsWith('.tar')) continue
          for (const { path } of found.members) {
            const other = seen.get(path)
            if (other !== undefined) wrong.push(`I3: ${path} is archived twice at ${location}, in ${other} and ${found.path}`)
            seen.set(path, found.path)
          }
        }
      }
      return wrong
    },
  }
}

/** The entry that a path stands for; what is staged lies below the name of its package. */
function entryOf(ledger: Ledger, path: string, type: Place['type']): Entry | null {
  if (type !== 'PROCESSING') return ledger.find(path)
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const entry = ledger.find(path.slice(at + 1))
    if (entry) return entry
  }
  return null
}
