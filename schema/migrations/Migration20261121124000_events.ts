import { Migration } from '@mikro-orm/migrations'

export class Migration20261121124000_events extends Migration {
  override name = 'Migration20261121124000_events'

  override up(): void {
    // What is there is committed, for this table is locked: it comes before all that follows, in the order of its numbers.
    this.addSql(`alter table storage.event add column epoch int not null default 1, add column txid xid8 not null default '0';`)
    this.addSql(`alter table storage.event alter column txid set default pg_current_xact_id();`)
    this.addSql(`create index "event_epoch_txid_seq_index" on "storage"."event" ("epoch", "txid", "seq");`)
    this.addSql(`create index "event_at_index" on "storage"."event" ("at");`)

    this.addSql(
      `create table "storage"."event_epoch" ("number" int not null, "system_identifier" text not null, "begun_at" timestamptz not null default clock_timestamp(), primary key ("number"));`,
    )
    this.addSql(`insert into storage.event_epoch (number, system_identifier) select 1, system_identifier::text from pg_control_system();`)
    this.addSql(`
create function storage.begin_event_epoch(anew boolean default false) returns int language plpgsql as $$
declare
  last storage.event_epoch;
  here text := (select system_identifier::text from pg_control_system());
begin
  select * into last from storage.event_epoch order by number desc limit 1;
  if last.system_identifier = here and not anew then
    return last.number;
  end if;
  execute format('alter table storage.event alter column epoch set default %s', last.number + 1);
  insert into storage.event_epoch (number, system_identifier) values (last.number + 1, here);
  return last.number + 1;
end $$;`)

    for (const [table, type, field] of [
      ['observation.executed_obs_unit', 'ExecutedObsUnit', 'quality'],
      ['observation.instrument', 'Instrument', 'active'],
      ['observation.instrument_module', 'InstrumentModule', 'active'],
    ]) {
      this.addSql(`
create trigger record_${field}_transition after update on ${table} referencing old table as old_rows new table as new_rows
for each statement execute function storage.record_transition('${type}', '${field}', '');`)
    }
    for (const [table, type, field] of [
      ['observation.executed_obs_unit', 'ExecutedObsUnit', 'quality'],
      ['storage.operation', 'Operation', 'state'],
      ['staging.staged_package', 'StagedPackage', 'status'],
    ]) {
      this.addSql(`
create trigger record_creation after insert on ${table} referencing new table as new_rows
for each statement execute function storage.record_creation('${type}', '${field}');`)
    }

    this.addSql(`
create function storage.record_filing() returns trigger language plpgsql as $$
begin
  insert into storage.event (subject_type, subject_id, field, to_state, reason, operation_id)
  select 'ExecutedObsUnit', execution_id, 'files', count(*)::text, nullif(current_setting('almagest.reason', true), ''),
    nullif(current_setting('almagest.operation', true), '')::uuid
  from new_rows group by execution_id order by execution_id;
  return null;
end $$;`)
    this.addSql(`
create trigger record_filing after insert on data_package.raw_data_file referencing new table as new_rows
for each statement execute function storage.record_filing();`)

    this.addSql(`
create function storage.record_copy() returns trigger language plpgsql as $$
begin
  insert into storage.event (subject_type, subject_id, field, to_state, reason, operation_id)
  select 'PhysicalCopy', id, 'status', status, coalesce(status_reason, nullif(current_setting('almagest.reason', true), '')),
    nullif(current_setting('almagest.operation', true), '')::uuid
  from new_rows where file_id is null order by id;
  return null;
end $$;`)
    this.addSql(`
create trigger record_creation after insert on storage.physical_copy referencing new table as new_rows
for each statement execute function storage.record_copy();`)
    this.addSql(`create trigger keep_rows before delete on storage.event_epoch for each statement execute function storage.refuse_change();`)
    this.addSql(`create trigger keep_table before truncate on storage.event_epoch for each statement execute function storage.refuse_change();`)
    this.addSql(`create trigger keep_values before update on storage.event_epoch for each statement execute function storage.refuse_change();`)
  }
}
