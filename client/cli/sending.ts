import type { Told } from '../spool/sender.ts'
import { openSpool } from '../spool/spool.ts'
import { STATUS, type Call } from './command.ts'
import { barOf, plain } from './text.ts'

/** Another process that sends has so long to send what this one filed. */
const PATIENCE_MS = 10_000

/** Sends what waits in the spool, until nothing does; 3 where the data centre is away, 1 where it refused something or a newer client has to send it. What is not sent goes on waiting. */
export async function send(call: Call): Promise<number> {
  let sent = 0
  let added = 0
  let refused = 0
  let left = 0
  let total = 0
  let patience: NodeJS.Timeout | undefined
  const away = new AbortController()
  await using spool = await openSpool({
    folder: call.spoolFolder,
    almagest: call.almagest,
    told: {
      onFiled({ filesAdded }) {
        sent += 1
        added += filesAdded
        call.progress(barOf(sent + refused, Math.max(total, sent + refused), `${sent} filings sent`))
      },
      onRefused(found) {
        refused += 1
        call.note(refusalOf(found))
      },
      onDelayed: ({ message }) => call.note(plain(message)),
      onLeft({ message }) {
        left += 1
        call.note(plain(message))
      },
      onHeld(why, code) {
        call.note(plain(why))
        if (code === 'LOCKED') patience ??= setTimeout(() => away.abort(), PATIENCE_MS)
        else away.abort()
      },
    },
  })
  total = (await spool.state()).waiting
  const isDone = await spool.drained({ signal: AbortSignal.any([call.signal, away.signal]) })
  clearTimeout(patience)
  call.progress(null)
  const { waiting } = await spool.state()
  if (sent > 0) call.note(`${sent} filings sent, ${added} files new to the data centre`)
  if (isDone) return refused + left > 0 ? STATUS.no : STATUS.ok
  call.note(`${waiting} filings wait in ${call.spoolFolder}; almagest spool send sends them`)
  return call.signal.aborted ? STATUS.interrupted : STATUS.away
}

/** What is said of a filing, or of some files of one, that was set aside. */
export function refusalOf({ name, code, message, files }: Parameters<NonNullable<Told['onRefused']>>[0]): string {
  return `refused: ${code}: ${plain(message)} (${files === null ? '' : `${files} files, `}kept as ${name}; almagest spool says what to do)`
}

/** A clock that is further from that of the data centre than this is told. */
const CLOCK_MS = 300_000

/** Says so when the clock of this machine is not that of the data centre: times that were taken from it are wrong then. */
export async function tellClock({ almagest, note, signal }: Call): Promise<void> {
  try {
    const begun = Date.now()
    const answer = await fetch(`${almagest.url}/healthz`, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) })
    const there = Date.parse(answer.headers.get('date') ?? '')
    const ahead = (begun + Date.now()) / 2 - there
    if (Math.abs(ahead) > CLOCK_MS)
      note(
        `the clock of this machine is ${Math.round(Math.abs(ahead) / 60_000)} minutes ${ahead > 0 ? 'ahead of' : 'behind'} that of the data centre: times that were taken from it are wrong`,
      )
  } catch {
    // who sends says that nobody answers
  }
}
