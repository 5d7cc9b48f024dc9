import { createHash } from 'node:crypto'
import { open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../node/make-folder.ts'
import { attempt } from '../spool/folder.ts'

/** What a command remembers for the next one, by name, in a small file of the spool's folder. What cannot be read is as what was never kept. */
export interface Memory<value> {
  find(name: string): Promise<value | undefined>
  /** Keeps these beside what is there, by other processes too, and forgets the oldest where it is too much; an Outage when the disk is full. */
  keep(values: Readonly<Record<string, value>>): Promise<void>
}

/** So much is remembered: the executions of half a year. */
const MOST = 10_000

/** Opens what was remembered of one data centre in a spool's folder; it is read when it is first asked. */
export function openMemory<value extends object>(
  folder: string,
  { name, url, most = MOST }: { name: string; url: string; most?: number },
): Memory<value> {
  const file = join(folder, `${name}-${createHash('sha256').update(url).digest('hex').slice(0, 12)}.json`)
  // What a client before this one remembered, of whichever data centre.
  const old = join(folder, `${name}.json`)
  let known: Map<string, value> | null = null

  async function read(): Promise<Map<string, value>> {
    return (await readFrom<value>(file)) ?? (await readFrom<value>(old)) ?? new Map<string, value>()
  }

  return {
    find: async what => (known ??= await read()).get(what),
    keep: values =>
      attempt(folder, async () => {
        known = await read()
        for (const [what, value] of Object.entries(values)) {
          known.delete(what)
          known.set(what, value)
        }
        known = new Map([...known].slice(-most))
        await makeFolder(folder)
        const temporary = `${file}.${process.pid}`
        try {
          const written = await open(temporary, 'w')
          try {
            await written.writeFile(`${JSON.stringify([...known])}\n`)
            await written.sync()
          } finally {
            await written.close()
          }
          await rename(temporary, file)
        } catch (error) {
          await unlink(temporary).catch(() => {})
          throw error
        }
        await unlink(old).catch(() => {})
      }),
  }
}

/** What a file remembers: pairs, or the mapping of an older client; null where it is not there, or torn. */
async function readFrom<value>(file: string): Promise<Map<string, value> | null> {
  try {
    const found: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (Array.isArray(found)) return new Map(found as [string, value][])
    return typeof found === 'object' && found !== null ? new Map(Object.entries(found) as [string, value][]) : null
  } catch {
    return null
  }
}
