import { setTimeout as delay } from 'node:timers/promises'
import { openAlmagest } from '@almagest/client'
import { openSpool } from '@almagest/client/node'

/* node spooler.ts FOLDER URL OBS_UNIT INSTRUMENT FIRST: files observations through a spool, one file each, and says FILED n when each is on the disk, until
   its input ends; then sends what is left and says DRAINED. Made to be killed at any moment. */

const [folder = '', url = '', obsUnitId = '', instrument = '', first = '0'] = process.argv.slice(2)
const over = new AbortController()
process.stdin.on('end', () => over.abort()).resume()
await using spool = await openSpool({ folder, almagest: openAlmagest({ url, timeoutMs: 2_000 }) })
for (let number = Number(first); !over.signal.aborted; number++) {
  const startedAt = new Date(Date.UTC(2026, 10, 21) + number * 1_000)
  const files = [{ module: 'm1', path: `spool/${number}.fits`, bytes: number }]
  await spool.file({ key: `spool-${number}`, obsUnitId, instrument, startedAt, endedAt: startedAt }, files)
  process.stdout.write(`FILED ${number}\n`)
  await delay(15)
}
await spool.drained()
process.stdout.write('DRAINED\n')
