import { Migration } from '@mikro-orm/migrations'

/** Holds, and the pins that a proof is: both keep a copy from being deleted, in the database too. */
export class Migration20261121142000_holds extends Migration {
  override name = 'Migration20261121142000_holds'

  override up(): void {
    this.addSql(`create table "storage"."hold" ("id" uuid not null, "package_id" uuid not null, "location_id" uuid null, "held_by" text not null, "reason" text not null, "active" boolean not null default true, "until" timestamptz null, "created_at" timestamptz not null default now(), "released_at" timestamptz null, "release_reason" text null, primary key ("id"));`);
    this.addSql(`create index "hold_package_id_id_index" on "storage"."hold" ("package_id", "id");`);
    this.addSql(`create index "hold_ending" on "storage"."hold" ("until") where active and until is not null;`);
    this.addSql(`alter table "storage"."hold" add constraint "hold_package_id_foreign" foreign key ("package_id") references "data_package"."raw_data_package" ("id");`);
    this.addSql(`alter table "storage"."hold" add constraint "hold_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."hold" add constraint "hold_released" check ((released_at is null) = active);`);
    this.addSql(`
create trigger record_creation after insert on storage.hold referencing new table as new_rows
for each statement execute function storage.record_creation('Hold', 'active');`)
    this.addSql(`
create trigger record_active_transition after update on storage.hold referencing old table as old_rows new table as new_rows
for each statement execute function storage.record_transition('Hold', 'active', 'release_reason');`)
    this.addSql(`create trigger keep_rows before delete on storage.hold for each statement execute function storage.refuse_change();`)
    this.addSql(`create trigger keep_table before truncate on storage.hold for each statement execute function storage.refuse_change();`)

    this.addSql(`
create function storage.is_deleting(proof uuid) returns boolean language sql stable as $$
  select exists (
    select from storage.deletion_proof d join storage.physical_copy c on c.package_id = d.package_id and c.location_id = d.location_id
    where d.id = proof and c.deletion_proof_id = d.id and c.status = 'DELETION_IN_PROGRESS'
    union all
    select from storage.deletion_proof d join data_package.raw_data_file f on f.package_id = d.package_id
    join storage.physical_copy c on c.file_id = f.id and c.location_id = d.location_id
    where d.id = proof and c.deletion_proof_id = d.id and c.status = 'DELETION_IN_PROGRESS')
$$;`)
    this.addSql(`
create or replace function storage.check_deletion() returns trigger language plpgsql as $$
declare
  subject uuid := coalesce(new.package_id, (select f.package_id from data_package.raw_data_file f where f.id = new.file_id));
  place storage.data_location;
  proof storage.deletion_proof;
  policy storage.retention_policy;
  held storage.hold;
  relying uuid;
  domains int;
  archives int;
begin
  if tg_op = 'INSERT' then
    raise exception 'copy % cannot begin as %', new.id, new.status using errcode = 'AL001';
  end if;
  select * into place from storage.data_location where id = new.location_id;
  if place.type = 'LONG_TERM_ARCHIVE' then
    raise exception 'copy % is in the long-term archive % and is never deleted', new.id, place.name using errcode = 'AL001';
  end if;
  -- In a transaction with one snapshot the count below would be older than the lock on the package.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'copies are deleted under read committed only' using errcode = 'AL001';
  end if;
  if new.status = 'DELETED' then
    if old.status <> 'DELETION_IN_PROGRESS' then
      raise exception 'copy % cannot become DELETED from %', new.id, old.status using errcode = 'AL001';
    end if;
    return null;
  end if;
  if not place.deletion_enabled then
    raise exception 'deletion is off at %', place.name using errcode = 'AL001';
  end if;
  perform 1 from data_package.raw_data_package where id = subject for update;
  select * into held from storage.hold h
  where h.package_id = subject and (h.location_id is null or h.location_id = new.location_id)
    and h.active and (h.until is null or h.until > clock_timestamp()) limit 1;
  if held.id is not null then
    raise exception 'copy % is held by %: %', new.id, held.held_by, held.reason using errcode = 'AL001';
  end if;
  select * into proof from storage.deletion_proof where id = new.deletion_proof_id;
  if proof.id is null or proof.location_id <> new.location_id or subject is null or proof.package_id <> subject then
    raise exception 'copy % has no deletion proof of its own', new.id using errcode = 'AL001';
  end if;
  if proof.expires_at <= clock_timestamp() then
    raise exception 'the deletion proof % of copy % has expired', proof.id, new.id using errcode = 'AL001';
  end if;
  select * into policy from storage.retention_policy where location_id = new.location_id order by policy_version desc limit 1;
  if policy.id is distinct from proof.policy_id then
    raise exception 'the deletion proof % was made under another retention policy', proof.id using errcode = 'AL001';
  end if;
  select d.id into relying from storage.deletion_proof d
  where d.package_id = subject and d.location_id <> new.location_id and d.expires_at > clock_timestamp()
    and d.evidence @> jsonb_build_array(jsonb_build_object('copyId', new.id)) and storage.is_deleting(d.id) limit 1;
  if relying is not null then
    raise exception 'copy % cannot be deleted: the deletion proof % relies on it', new.id, relying using errcode = 'AL001';
  end if;
  select count(distinct l.failure_domain), count(distinct c.location_id) filter (where l.type = 'LONG_TERM_ARCHIVE')
  into domains, archives
  from storage.physical_copy c join storage.data_location l on l.id = c.location_id
  where c.package_id = subject and c.location_id <> new.location_id and c.status = 'PRESENT' and l.active
    and c.verification_level >= policy.min_verification_level
    and c.verified_at > clock_timestamp() - make_interval(secs => policy.max_verification_age_s);
  if domains < policy.min_verified_copies or archives < policy.min_archive_copies then
    raise exception 'copy % cannot be deleted: % verified copies in distinct failure domains elsewhere (% needed), % of them archived (% needed)',
      new.id, domains, policy.min_verified_copies, archives, policy.min_archive_copies using errcode = 'AL001';
  end if;
  return null;
end $$;`)
    // A copy whose deletion was begun gets a new proof when the old one's time is over: that is checked like the first.
    this.addSql(`drop trigger check_deletion on storage.physical_copy;`)
    this.addSql(`
create constraint trigger check_deletion after update of status, deletion_proof_id on storage.physical_copy deferrable initially immediate
for each row when (new.status in ('DELETION_IN_PROGRESS', 'DELETED')
  and (old.status is distinct from new.status or old.deletion_proof_id is distinct from new.deletion_proof_id))
execute function storage.check_deletion();`)
  }
}
