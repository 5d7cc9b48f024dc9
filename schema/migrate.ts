import { migrate, openOrm } from './orm.ts'

const [command, name] = process.argv.slice(2)
const creating = command === 'create'
const url = process.env.DATABASE_URL
if (!url || (creating && !name)) throw new Error('usage: DATABASE_URL=postgresql://… node schema/migrate.ts [create NAME]')

const orm = await openOrm(url, { snapshot: creating })
try {
  await orm.schema.ensureDatabase()
  if (creating) console.log((await orm.migrator.create(undefined, false, false, name)).fileName)
  else for (const name of await migrate(orm)) console.log(name)
} finally {
  await orm.close()
}
