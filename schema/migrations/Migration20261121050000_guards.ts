import { Migration } from '@mikro-orm/migrations'

export class Migration20261121050000_guards extends Migration {
  override name = 'Migration20261121050000_guards'

  override up(): void {
    this.addSql(`
create function storage.record_transition() returns trigger language plpgsql as $$
begin
  execute format(
    'insert into storage.event (subject_type, subject_id, field, from_state, to_state, reason, operation_id)
     select %L, n.id, %L, o.%I::text, n.%I::text, coalesce(%s, nullif(current_setting(''almagest.reason'', true), '''')),
       nullif(current_setting(''almagest.operation'', true), '''')::uuid
     from new_rows n join old_rows o on o.id = n.id where o.%I is distinct from n.%I order by n.id',
    tg_argv[0], tg_argv[1], tg_argv[1], tg_argv[1], coalesce('n.' || nullif(tg_argv[2], ''), 'null::text'), tg_argv[1], tg_argv[1]);
  return null;
end $$;`)
    this.addSql(`
create function storage.record_creation() returns trigger language plpgsql as $$
begin
  execute format(
    'insert into storage.event (subject_type, subject_id, field, to_state, reason, operation_id)
     select %L, n.id, %L, n.%I::text, nullif(current_setting(''almagest.reason'', true), ''''),
       nullif(current_setting(''almagest.operation'', true), '''')::uuid
     from new_rows n order by n.id',
    tg_argv[0], tg_argv[1], tg_argv[1]);
  return null;
end $$;`)

    for (const [table, type, field, reason] of [
      ['data_package.raw_data_package', 'RawDataPackage', 'status', ''],
      ['data_package.raw_data_package', 'RawDataPackage', 'state', ''],
      ['storage.site', 'Site', 'active', ''],
      ['storage.data_location', 'DataLocation', 'active', ''],
      ['storage.data_location', 'DataLocation', 'deletion_enabled', ''],
      ['storage.data_transfer_route', 'DataTransferRoute', 'active', ''],
      ['storage.data_transfer', 'DataTransfer', 'status', ''],
      ['storage.data_transfer', 'DataTransfer', 'unpack_status', ''],
      ['storage.physical_copy', 'PhysicalCopy', 'status', 'status_reason'],
      ['storage.physical_copy', 'PhysicalCopy', 'verification_level', ''],
      ['storage.operation', 'Operation', 'state', 'reason'],
      ['storage.circuit_breaker', 'CircuitBreaker', 'state', 'reason'],
      ['staging.staging_request', 'StagingRequest', 'status', ''],
      ['staging.staged_package', 'StagedPackage', 'status', ''],
    ]) {
      this.addSql(`
create trigger record_${field}_transition after update on ${table} referencing old table as old_rows new table as new_rows
for each statement execute function storage.record_transition('${type}', '${field}', '${reason}');`)
    }
    for (const [table, type, field] of [
      ['data_package.raw_data_package', 'RawDataPackage', 'status'],
      ['storage.data_transfer', 'DataTransfer', 'status'],
      ['storage.retention_policy', 'RetentionPolicy', 'policy_version'],
      ['storage.circuit_breaker', 'CircuitBreaker', 'state'],
      ['staging.staging_request', 'StagingRequest', 'status'],
    ]) {
      this.addSql(`
create trigger record_creation after insert on ${table} referencing new table as new_rows
for each statement execute function storage.record_creation('${type}', '${field}');`)
    }

    this.addSql(`
create function storage.check_deletion() returns trigger language plpgsql as $$
declare
  subject uuid := coalesce(new.package_id, (select f.package_id from data_package.raw_data_file f where f.id = new.file_id));
  place storage.data_location;
  proof storage.deletion_proof;
  policy storage.retention_policy;
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
    this.addSql(`
create constraint trigger check_deletion after update of status on storage.physical_copy deferrable initially immediate
for each row when (new.status in ('DELETION_IN_PROGRESS', 'DELETED') and old.status is distinct from new.status)
execute function storage.check_deletion();`)
    this.addSql(`
create constraint trigger check_deletion_insert after insert on storage.physical_copy deferrable initially immediate
for each row when (new.status in ('DELETION_IN_PROGRESS', 'DELETED')) execute function storage.check_deletion();`)

    this.addSql(`
create function storage.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of %.% are kept for ever', tg_table_schema, tg_table_name using errcode = 'AL001';
end $$;`)
    for (const table of [
      'observation.executed_obs_unit',
      'data_package.raw_data_file',
      'data_package.raw_data_package',
      'storage.physical_copy',
      'storage.deletion_proof',
      'storage.retention_policy',
      'storage.event',
    ]) {
      this.addSql(`create trigger keep_rows before delete on ${table} for each statement execute function storage.refuse_change();`)
      this.addSql(`create trigger keep_table before truncate on ${table} for each statement execute function storage.refuse_change();`)
    }
    for (const table of ['storage.deletion_proof', 'storage.retention_policy', 'storage.event']) {
      this.addSql(`create trigger keep_values before update on ${table} for each statement execute function storage.refuse_change();`)
    }
  }
}
