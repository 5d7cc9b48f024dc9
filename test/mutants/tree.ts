import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ROOT } from '../checks.ts'
import { changed, type Mutant } from './mutant.ts'

/** What is not copied: the packages and tools of the repository are linked, all else here is no source. */
const LINKED = ['node_modules', '.almagest-tools']
const LEFT = new Set([...LINKED, '.git', '.almagest', 'test/reports', 'test/bench/results'])

/** A copy of the sources in a folder of its own, which can be harmed. */
export interface Tree extends AsyncDisposable {
  readonly folder: string
  /** Takes a safeguard away; given back when what is returned is disposed of. */
  harm(mutant: Mutant): Promise<AsyncDisposable>
}

/** Copies the repository as it is now. The links of the packages to each other lead to the copies, those to other packages out of it. */
export async function copyTree(): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), 'almagest-mutants-'))
  await cp(ROOT, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: source => !LEFT.has(relative(ROOT, source)) && !source.includes('/node_modules/.vite'),
  })
  for (const name of LINKED) if (existsSync(join(ROOT, name))) await symlink(join(ROOT, name), join(folder, name))

  return {
    folder,
    async harm({ changes }) {
      const whole = new Map<string, string>()
      for (const change of changes) {
        const path = join(folder, change.file)
        const text = await readFile(path, 'utf8')
        if (!whole.has(path)) whole.set(path, text)
        await writeFile(path, changed(text, change))
      }
      return {
        async [Symbol.asyncDispose]() {
          for (const [path, text] of whole) await writeFile(path, text)
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
    },
  }
}
