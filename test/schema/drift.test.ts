import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { sql } from '@almagest/schema'
import { openOrm, type EntityManager } from '@almagest/schema/orm'
import { test } from '../fixtures.ts'

/** Foreign keys that triggers check once for a statement: test/schema/references.test.ts. */
const CHECKED_BY_STATEMENT = [
  'raw_data_file_execution_id_foreign',
  'raw_data_file_module_id_foreign',
  'physical_copy_file_id_foreign',
  'physical_copy_location_id_foreign',
]
const UNENFORCED = / NOT ENFORCED$/

const migrations = join(import.meta.dirname, '../../schema/migrations')

async function contents(): Promise<Record<string, string>> {
  const names = (await readdir(migrations)).sort()
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await readFile(join(migrations, name), 'utf8')] as const)))
}

/** What a database says of its own columns, constraints and indexes, in a stable order. */
async function describeDatabase(em: EntityManager): Promise<string[]> {
  const rows = await sql<{ line: string }>(
    em,
    `/* test: structure */
     select line from (
       select format('%s.%s %s null:%s default:%s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
         pg_get_expr(d.adbin, d.adrelid)) as line, c.relnamespace, c.relname
       from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where a.attnum > 0 and not a.attisdropped
       union all
       select format('%s %s %s', c.oid::regclass, k.conname, pg_get_constraintdef(k.oid)), c.relnamespace, c.relname
       from pg_constraint k join pg_class c on c.oid = k.conrelid where k.contype <> 't'
       union all
       select pg_get_indexdef(i.indexrelid), c.relnamespace, c.relname from pg_index i join pg_class c on c.oid = i.indrelid
     ) as lines
     where relnamespace::regnamespace::text not like 'pg\\_%' and relnamespace::regnamespace::text <> 'information_schema' and relname <> 'mikro_orm_migrations'
     order by line collate "C"`,
  )
  return rows.map(({ line }) => line)
}

test('the entities are those that the last migration was made from', async ({ databaseUrl }) => {
  const before = await contents()
  const orm = await openOrm(databaseUrl, { snapshot: true })
  const differs = await orm.migrator.checkSchema()
  await orm.close(true)
  expect(differs).toBe(false)
  expect(await contents()).toEqual(before)
})

test('the migrations make the columns, constraints and indexes that the entities describe', async ({ orm, em, databaseUrl }) => {
  const described = await openOrm(`${databaseUrl}_described`)
  try {
    await described.schema.ensureDatabase()
    await described.schema.create()
    const wanted = await describeDatabase(described.em.fork())
    expect(wanted.length).toBeGreaterThan(300)
    const found = await describeDatabase(em)
    expect(found.map(line => line.replace(UNENFORCED, ''))).toEqual(wanted)
    expect(found.filter(line => UNENFORCED.test(line)).map(line => line.split(' ')[1])).toEqual(CHECKED_BY_STATEMENT)
  } finally {
    await described.close(true)
    await sql(em, `drop database ${new URL(databaseUrl).pathname.slice(1)}_described with (force)`)
  }
  expect(await orm.migrator.getPending()).toEqual([])
})

test('a migration knows nothing but how to migrate', async () => {
  const files = Object.entries(await contents()).filter(([name]) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(1)
  for (const [name, text] of files) {
    expect([name, text.match(/\b(?:from|import)\s*\(?\s*'[^']*'/g)]).toEqual([name, [`from '@mikro-orm/migrations'`]])
    expect(text).not.toMatch(/\brequire\b/)
  }
})
