import { join, relative, resolve } from 'node:path'
import { Refusal } from '../errors.ts'
import { openFetcher } from '../node/fetch.ts'
import { onDisk } from '../node/paths.ts'
import { STATUS, type Call } from './command.ts'
import { barOf, plain, sizeOf } from './text.ts'
import { locateWanted } from './wanted.ts'

/** Fetches files; status 1 when one could not be. */
export async function run(call: Call): Promise<number> {
  const into = resolve(call.option('into') ?? '.')
  const { fetch } = openFetcher(call.almagest)
  let failed = 0
  for (const file of await locateWanted(call)) {
    const name = file.path ?? file.id ?? ''
    try {
      const target = join(into, name)
      if (relative(into, target).split('/')[0] === '..') throw new Refusal('BAD_PATH', `${name} would be written outside of ${into}`)
      const total = file.bytes ?? 0
      const fetched = await fetch(file, onDisk(into, name), {
        signal: call.signal,
        onBytes: bytes => call.progress(barOf(bytes, total, plain(name))),
        onBad: why => call.note(`another copy is tried: ${plain(why)}`),
      })
      call.progress(null)
      if (call.isJson) call.say(JSON.stringify({ ...fetched, file: target }))
      else
        call.say(
          `${plain(target)}  ${sizeOf(fetched.bytes)}  ${fetched.digest}  ${fetched.wasThere ? 'was there' : `from ${fetched.location}`}`,
        )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      failed += 1
      if (call.isJson) call.say(JSON.stringify({ path: name, error: { code: error.code, message: error.message } }))
      else call.note(plain(error.message))
    }
  }
  return failed > 0 ? STATUS.no : STATUS.ok
}
