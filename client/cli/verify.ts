import { stat } from 'node:fs/promises'
import { basename, dirname, relative, resolve } from 'node:path'
import type { LocatedFile } from '../almagest.ts'
import { Refusal } from '../errors.ts'
import { digestOfFile } from '../node/digest.ts'
import { pathText } from '../node/paths.ts'
import { usage } from './cli.ts'
import { STATUS, type Call } from './command.ts'
import { filesOf, type Seen } from './folder-files.ts'
import { barOf, plain } from './text.ts'

const AT_ONCE = 2_000

type Verdict = 'SAME' | 'DIFFERS' | 'UNKNOWN' | 'NO_DIGEST'

/** Reads local files again and compares them with the catalogue; status 1 when one differs, is not known, or cannot be compared. */
export async function run(call: Call): Promise<number> {
  if (call.args.length === 0) throw usage('verify takes folders or files')
  const counts: Record<Verdict, number> = { SAME: 0, DIFFERS: 0, UNKNOWN: 0, NO_DIGEST: 0 }
  let leftOut = 0
  for (const given of call.args) {
    const place = resolve(given)
    const found = await stat(place).catch(() => null)
    if (!found) throw new Refusal('BAD_INPUT', `there is no ${given}`)
    const folder = found.isDirectory() ? place : dirname(place)
    const root = resolve(call.option('root') ?? folder)
    const seen = found.isDirectory()
      ? filesOf(folder, {
          root,
          leaveOut({ path, why }) {
            leftOut += 1
            call.note(`left out: ${plain(path)}: ${plain(why)}`)
          },
        })
      : one({
          path: pathText(Buffer.from(relative(root, place) || basename(place))),
          file: place,
          bytes: found.size,
          mtimeMs: found.mtimeMs,
        })
    let portion: Seen[] = []
    for await (const file of seen) if (portion.push(file) === AT_ONCE) portion = await judge(portion)
    await judge(portion)
  }
  call.progress(null)
  const summary = { same: counts.SAME, differ: counts.DIFFERS, unknown: counts.UNKNOWN, withoutDigest: counts.NO_DIGEST, leftOut }
  if (call.isJson) call.say(JSON.stringify({ summary }))
  else
    call.say(
      `${summary.same} are the same, ${summary.differ} differ, ${summary.unknown} are not known, ${summary.withoutDigest} have no digest in the catalogue yet`,
    )
  return counts.DIFFERS + counts.UNKNOWN + counts.NO_DIGEST + leftOut > 0 ? STATUS.no : STATUS.ok

  async function judge(files: readonly Seen[]): Promise<Seen[]> {
    if (files.length === 0) return []
    const [instrument, module] = [call.option('instrument'), call.option('module')]
    const where = { ...(instrument !== null && { instrument }), ...(module !== null && { module }) }
    const located = await call.almagest.locate(
      { paths: files.map(({ path }) => path), sourcesPerFile: 1, ...where },
      { signal: call.signal },
    )
    for (const [index, file] of files.entries()) {
      call.signal.throwIfAborted()
      const { verdict, detail } = await compare(file, located[index])
      counts[verdict] += 1
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
      call.progress(barOf(index + 1, files.length, `${total} files`))
      if (call.isJson) call.say(JSON.stringify({ path: file.path, verdict, ...(detail !== '' && { detail }) }))
      else if (verdict !== 'SAME') call.note(`${plain(file.path)}: ${detail}`)
    }
    return []
  }
}

async function compare({ file, bytes }: Seen, known: LocatedFile | undefined): Promise<{ verdict: Verdict; detail: string }> {
  if (!known?.found) return { verdict: 'UNKNOWN', detail: 'the catalogue does not know it' }
  if (known.bytes !== bytes) return { verdict: 'DIFFERS', detail: `it has ${bytes} bytes, and ${known.bytes} in the catalogue` }
  if (known.digest === null) return { verdict: 'NO_DIGEST', detail: 'the catalogue has no digest of it until it is packaged' }
  const digest = await digestOfFile(file, known.digest)
  return digest === known.digest
    ? { verdict: 'SAME', detail: '' }
    : { verdict: 'DIFFERS', detail: `it is ${digest}, and ${known.digest} in the catalogue` }
}

async function* one(seen: Seen): AsyncGenerator<Seen, void, void> {
  yield seen
}
