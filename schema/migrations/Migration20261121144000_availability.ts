import { Migration } from '@mikro-orm/migrations'

/** How sites and locations are used: in use, paused, draining, retired; and whether locations are read and written. */
export class Migration20261121144000_availability extends Migration {
  override name = 'Migration20261121144000_availability'

  override up(): void {
    this.addSql(`alter table "storage"."site" add "state" text not null default 'IN_USE';`)
    this.addSql(
      `alter table "storage"."data_location" add "state" text not null default 'IN_USE', add "read_enabled" boolean not null default true, add "write_enabled" boolean not null default true;`,
    )
    // What was switched off is paused; no transition took place, so nothing is told of it.
    for (const table of ['site', 'data_location']) {
      this.addSql(`update "storage"."${table}" set "state" = 'PAUSED' where not "active";`)
      this.addSql(
        `alter table "storage"."${table}" add constraint "${table}_state_check" check ("state" in ('IN_USE', 'PAUSED', 'DRAINING', 'RETIRED'));`,
      )
    }

    this.addSql(`
create function storage.keep_active() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state = 'IN_USE' and not new.active then
      new.state := 'PAUSED';
    end if;
  elsif old.state = 'RETIRED' and (new.state <> 'RETIRED' or new.active) then
    raise exception '% is retired for ever', old.name using errcode = 'AL001';
  elsif new.state = old.state and new.active <> old.active then
    new.state := case when new.active then 'IN_USE' else 'PAUSED' end;
  end if;
  new.active := new.state in ('IN_USE', 'DRAINING');
  return new;
end $$;`)
    for (const [table, type, fields] of [
      ['storage.site', 'Site', ['state']],
      ['storage.data_location', 'DataLocation', ['state', 'read_enabled', 'write_enabled']],
    ] as const) {
      this.addSql(
        `create trigger keep_active before insert or update of state, active on ${table} for each row execute function storage.keep_active();`,
      )
      this.addSql(`drop trigger record_active_transition on ${table};`)
      for (const field of fields) {
        this.addSql(`
create trigger record_${field}_transition after update on ${table} referencing old table as old_rows new table as new_rows
for each statement execute function storage.record_transition('${type}', '${field}', '');`)
      }
    }

    // Beside check_deletion, which counts: what a proof names has to be where it can be read and is meant to stay.
    this.addSql(`
create function storage.check_reliance() returns trigger language plpgsql as $$
declare
  place text;
begin
  select l.name into place
  from storage.deletion_proof d
  cross join jsonb_array_elements(d.evidence) as e
  join storage.physical_copy c on c.id = (e ->> 'copyId')::uuid
  join storage.data_location l on l.id = c.location_id
  join storage.site s on s.id = l.site_id
  where d.id = new.deletion_proof_id and not (l.state = 'IN_USE' and s.state = 'IN_USE' and l.read_enabled) limit 1;
  if place is not null then
    raise exception 'the deletion proof % of copy % relies on a copy at %, which is paused, draining, retired or not read',
      new.deletion_proof_id, new.id, place using errcode = 'AL001';
  end if;
  return null;
end $$;`)
    this.addSql(`
create constraint trigger check_reliance after update of status on storage.physical_copy deferrable initially immediate
for each row when (new.status = 'DELETION_IN_PROGRESS' and old.status is distinct from new.status)
execute function storage.check_reliance();`)
  }
}
