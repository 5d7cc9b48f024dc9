import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import * as schema from './entities.ts'

export type { MikroORM, EntityManager } from '@mikro-orm/postgresql'

const entities = Object.values(schema).filter(value => typeof value === 'function')

/** Connects to ops-db with at most `max` connections. */
export function openOrm(clientUrl: string, { max = 10 } = {}): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl,
    entities,
    extensions: [Migrator],
    forceUtcTimezone: true,
    migrations: { path: new URL('migrations', import.meta.url).pathname, snapshot: false, silent: true },
    pool: { min: 0, max },
  })
}
