import { lstatSync } from 'node:fs'
import { fileStatOf } from '../stores/difference.ts'
import { onDisk } from '@almagest/schema/path'
import { on, type Held } from './held.ts'
import type { Answers, StatTask } from './tasks.ts'

/** What a thread does with a task of the kind `stat`. */
export function statFiles({ root, paths }: StatTask, held: Held): Answers['stat'] {
  const folders = new Map<string, boolean>()

  function isFolder(path: string): boolean {
    const seen = folders.get(path)
    if (seen !== undefined) return seen
    const above = path.lastIndexOf('/')
    const is =
      (above < 0 || isFolder(path.slice(0, above))) && (lstatSync(onDisk(root, path), { throwIfNoEntry: false })?.isDirectory() ?? false)
    folders.set(path, is)
    return is
  }

  return {
    stats: paths.map(path => {
      held.check()
      return on('FROM', () => {
        const above = path.lastIndexOf('/')
        if (above >= 0 && !isFolder(path.slice(0, above))) return null
        const found = lstatSync(onDisk(root, path), { bigint: true, throwIfNoEntry: false })
        return found?.isFile() ? fileStatOf(found) : null
      })
    }),
  }
}
