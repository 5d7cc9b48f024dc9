import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { attempt } from '../spool/folder.ts'

/** What a command remembers for the next one, by name, in a small file of the spool's folder. What cannot be read is as what was never kept. */
export interface Memory<value> {
  find(name: string): Promise<value | undefined>
  /** Keeps these beside what is there, by other processes too; an Outage when the disk is full. */
  keep(values: Readonly<Record<string, value>>): Promise<void>
}

/** Opens a file of the spool's folder; reads it when it is first asked. */
export function openMemory<value extends object>(folder: string, name: string): Memory<value> {
  const file = join(folder, name)
  let known: Map<string, value> | null = null

  async function read(): Promise<Map<string, value>> {
    try {
      const found: unknown = JSON.parse(await readFile(file, 'utf8'))
      return new Map(typeof found === 'object' && found !== null ? (Object.entries(found) as [string, value][]) : [])
    } catch {
      return new Map()
    }
  }

  return {
    find: async what => (known ??= await read()).get(what),
    keep: values =>
      attempt(folder, async () => {
        known = new Map([...(await read()), ...Object.entries(values)])
        await mkdir(folder, { recursive: true })
        const temporary = `${file}.${process.pid}`
        try {
          const written = await open(temporary, 'w')
          try {
            await written.writeFile(`${JSON.stringify(Object.fromEntries(known))}\n`)
            await written.sync()
          } finally {
            await written.close()
          }
          await rename(temporary, file)
        } catch (error) {
          await unlink(temporary).catch(() => {})
          throw error
        }
      }),
  }
}
