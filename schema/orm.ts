import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import * as schema from './entities.ts'
import { sql } from './sql.ts'

export type { MikroORM, EntityManager } from '@mikro-orm/postgresql'

const entities = Object.values(schema).filter(value => typeof value === 'function')

/** Connects to ops-db with at most `max` connections. `snapshot`: what migrations are made against is what the last one was made from, not the database. */
export function openOrm(clientUrl: string, { max = 10, snapshot = false } = {}): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl,
    entities,
    extensions: [Migrator],
    forceUtcTimezone: true,
    migrations: { path: new URL('migrations', import.meta.url).pathname, snapshot, snapshotName: '.snapshot', silent: true },
    pool: { min: 0, max },
  })
}

/**
 * Brings ops-db up to date and gives the names of what it did. In an ops-db that was restored from a dump into another cluster it begins a new
 * epoch of events, so that those who follow them miss none.
 */
export async function migrate(orm: MikroORM): Promise<string[]> {
  const done = await orm.migrator.up()
  await sql(orm.em.fork(), '/* beginEventEpoch */ select storage.begin_event_epoch()')
  return done.map(({ name }) => name)
}
