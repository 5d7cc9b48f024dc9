import { Migration } from '@mikro-orm/migrations'

/**
 * Filing writes 100,000 rows of two tables at once, and looking up four parents for each row took longer than writing it. What
 * these foreign keys say is from now on checked once for a statement: the same rows are refused, with the same error.
 */
export class Migration20261121121000_filing extends Migration {
  override name = 'Migration20261121121000_filing'

  override up(): void {
    this.addSql(`
create function storage.keep_key() returns trigger language plpgsql as $$
begin
  raise exception 'a row of %.% keeps what it is known by and belongs to', tg_table_schema, tg_table_name using errcode = 'AL001';
end $$;`)
    this.addSql(`
create function storage.keep_referenced() returns trigger language plpgsql as $$
declare
  referenced boolean;
begin
  -- a snapshot from before the lock on this row was had would not show who refers to it
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'a row of %.% is deleted in a transaction that is read committed', tg_table_schema, tg_table_name using errcode = 'AL001';
  end if;
  execute format('select exists (select from %s where %I = $1)', tg_argv[0], tg_argv[1]) into referenced using old.id;
  if referenced then
    raise exception 'rows of % refer to % of %.%', tg_argv[0], old.id, tg_table_schema, tg_table_name
      using errcode = 'foreign_key_violation', constraint = tg_argv[2];
  end if;
  return null;
end $$;`)

    for (const { table, column, parent, parentIsKept } of [
      { table: 'data_package.raw_data_file', column: 'execution_id', parent: 'observation.executed_obs_unit', parentIsKept: true },
      { table: 'data_package.raw_data_file', column: 'module_id', parent: 'observation.instrument_module', parentIsKept: false },
      { table: 'storage.physical_copy', column: 'file_id', parent: 'data_package.raw_data_file', parentIsKept: true },
      { table: 'storage.physical_copy', column: 'location_id', parent: 'storage.data_location', parentIsKept: false },
    ]) {
      const [, name] = table.split('.')
      const constraint = `${name}_${column}_foreign`
      this.addSql(`alter table ${table} alter constraint ${constraint} not enforced;`)
      // planned for one row and run for a hundred thousand: only looking up each stays right whatever the size of the parent
      this.addSql(`
create function storage.check_${name}_${column}() returns trigger language plpgsql set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  absent uuid;
begin${
        parentIsKept
          ? ''
          : `
  perform from ${parent} p where p.id in (select distinct n.${column} from new_rows n) order by p.id for key share;`
      }
  select n.${column} into absent from ${column === 'file_id' ? 'new_rows' : `(select distinct ${column} from new_rows)`} n
  where n.${column} is not null and not exists (select from ${parent} p where p.id = n.${column}) limit 1;
  if found then
    raise exception 'there is no % in ${parent}', absent using errcode = 'foreign_key_violation', constraint = '${constraint}';
  end if;
  return null;
end $$;`)
      this.addSql(`
create trigger check_${column} after insert on ${table} referencing new table as new_rows
for each statement execute function storage.check_${name}_${column}();`)
      this.addSql(`
create trigger keep_${column} after update of ${column} on ${table}
for each row when (old.${column} is distinct from new.${column}) execute function storage.keep_key();`)
      // rows of the other parents are never deleted, as their triggers say
      this.addSql(
        parentIsKept
          ? `
create trigger keep_id before update of id on ${parent}
for each row when (old.id is distinct from new.id) execute function storage.keep_key();`
          : `
create trigger keep_referenced after delete or update of id on ${parent}
for each row execute function storage.keep_referenced('${table}', '${column}', '${constraint}');`,
      )
    }
  }
}
