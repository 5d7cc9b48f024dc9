import { mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { comparePaths, openThreads, pack, posixStore, type FileToPack } from '@almagest/jobs'

/* node packer.ts SOURCE TARGET BYTES: packs the files of a location, all of that size, and writes in MB by how much the memory of this process grew at most. */

const [from = '', to = '', size = ''] = process.argv.slice(2)
await mkdir(to)
const [source, target] = [posixStore(from, { id: 'source' }), posixStore(to, { id: 'target' })]
await target.prepare()
const before = process.memoryUsage.rss()
const threads = openThreads(Math.min(4, availableParallelism()))
await pack({ store: target, path: 'p.tar', token: 'pack' }, { source, files: pages(), signal: new AbortController().signal }, threads)
await threads[Symbol.asyncDispose]()
await rm(to, { recursive: true })
process.stdout.write(String(process.resourceUsage().maxRSS / 1_024 - before / 1_048_576))

async function* pages(): AsyncGenerator<FileToPack[], void, void> {
  let page: FileToPack[] = []
  let before = ''
  for await (const { path } of source.list()) {
    if (comparePaths(before, path) > 0) throw new Error(`${path} is listed after ${before}`)
    before = path
    page.push({ path, bytes: Number(size), known: [] })
    if (page.length < 2_000) continue
    yield page
    page = []
  }
  yield page
}
