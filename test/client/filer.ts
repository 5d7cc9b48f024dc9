import { openAlmagest } from '@almagest/client'
import { openSpool } from '@almagest/client/node'

/* node filer.ts FOLDER URL OBS_UNIT INSTRUMENT FIRST COUNT: files so many observations through a spool, one file each, and says FILED n when each is on
   the disk; ends when all are sent. Made to be killed at any moment. */

const [folder = '', url = '', obsUnitId = '', instrument = '', first = '0', count = '0'] = process.argv.slice(2)
await using spool = await openSpool({ folder, almagest: openAlmagest({ url }) })
for (let number = Number(first); number < Number(first) + Number(count); number++) {
  await spool.file(
    {
      key: `killed-${number}`,
      obsUnitId,
      instrument,
      startedAt: new Date(Date.UTC(2026, 10, 21) + number * 1_000),
      endedAt: new Date(Date.UTC(2026, 10, 21) + number * 1_000),
    },
    [{ module: 'm1', path: `killed/${number}.fits`, bytes: 1 }],
  )
  process.stdout.write(`FILED ${number}\n`)
}
await spool.drained()
process.stdout.write('DRAINED\n')
