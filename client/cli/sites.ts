import { LocationsDocument } from '../operations.generated.ts'
import { STATUS, type Call } from './command.ts'
import { tableOf } from './text.ts'

/** Lists sites and their locations. */
export async function run(call: Call): Promise<number> {
  const { sites } = await call.almagest.ask(LocationsDocument, {}, { signal: call.signal })
  if (call.isJson) for (const site of sites ?? []) call.say(JSON.stringify(site))
  else {
    const rows = (sites ?? []).flatMap(({ name: site, active: siteActive, locations }) =>
      locations.map(({ name, type, active, deletionEnabled, identifiedAt, breaker }) => [
        site,
        name,
        type,
        siteActive && active
          ? identifiedAt === null
            ? 'no identity yet'
            : breaker.state === 'CLOSED'
              ? 'in use'
              : `parked: ${breaker.reason}`
          : 'off',
        deletionEnabled ? 'may delete' : '',
      ]),
    )
    call.say(tableOf(['site', 'location', 'type', 'state', ''], rows, call.width))
  }
  return STATUS.ok
}
