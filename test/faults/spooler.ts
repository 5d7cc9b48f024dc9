import { setTimeout as delay } from 'node:timers/promises'
import { openAlmagest } from '@almagest/client'
import { openSpool } from '@almagest/client/node'
import { endAt, type Ending } from './effects.ts'
import { filesOf, hasKey } from './filings.ts'

/* node spooler.ts FOLDER URL OBS_UNIT INSTRUMENT SERIES FIRST [AT HOW]: files observations through a spool and says FILED n when each is on the disk, until
   its input ends; then sends what is left and says DRAINED. Made to be killed at any moment; with AT and HOW it ends itself at that effect. */

const [folder = '', url = '', obsUnitId = '', instrument = '', series = '', first = '0', at, how] = process.argv.slice(2)
const over = new AbortController()
process.stdin.on('end', () => over.abort()).resume()
if (at !== undefined) await endAt({ at: Number(at), how: how as Ending['how'] })
await using spool = await openSpool({ folder, almagest: openAlmagest({ url, timeoutMs: 2_000 }) })
for (let number = Number(first); !over.signal.aborted; number++) {
  const startedAt = new Date(Date.UTC(2026, 10, 21) + number * 1_000)
  const key = hasKey(number) ? { key: `${series}-${number}` } : {}
  await spool.file({ ...key, obsUnitId, instrument, startedAt, endedAt: startedAt }, filesOf(series, number))
  process.stdout.write(`FILED ${number}\n`)
  await delay(15)
}
await spool.drained()
process.stdout.write('DRAINED\n')
