import { Migration } from '@mikro-orm/migrations';

export class Migration20261121040000_initial extends Migration {

  override name = 'Migration20261121040000_initial';

  override up(): void | Promise<void> {
    this.addSql(`create schema if not exists "storage";`);
    this.addSql(`create schema if not exists "observation";`);
    this.addSql(`create schema if not exists "data_package";`);
    this.addSql(`create schema if not exists "staging";`);
    this.addSql(`create table "storage"."event" ("seq" bigserial primary key, "at" timestamptz not null default clock_timestamp(), "subject_type" text not null, "subject_id" uuid not null, "field" text not null, "from_state" text null, "to_state" text not null, "reason" text null, "operation_id" uuid null);`);
    this.addSql(`create index "event_subject_id_seq_index" on "storage"."event" ("subject_id", "seq");`);

    this.addSql(`create table "observation"."observatory" ("id" uuid not null, "name" text not null, "title" text not null, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "observation"."observatory" add constraint "observatory_name_unique" unique ("name");`);

    this.addSql(`create table "observation"."observing_program" ("id" uuid not null, "observatory_id" uuid not null, "code" text not null, "title" text not null, "principal_investigator" text not null, "metadata_release_at" timestamptz null, "data_release_at" timestamptz null, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "observation"."observing_program" add constraint "observing_program_code_unique" unique ("code");`);
    this.addSql(`create index "observing_program_observatory_id_id_index" on "observation"."observing_program" ("observatory_id", "id");`);

    this.addSql(`create table "storage"."site" ("id" uuid not null, "name" text not null, "title" text not null, "active" boolean not null default true, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "storage"."site" add constraint "site_name_unique" unique ("name");`);

    this.addSql(`create table "data_package"."data_transfer_package" ("id" uuid not null, "from_site_id" uuid not null, "to_site_id" uuid not null, "priority" int not null default 100, "package_count" int not null, "bytes" bigint not null, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`create index "data_transfer_package_to_site_id_id_index" on "data_package"."data_transfer_package" ("to_site_id", "id");`);

    this.addSql(`create table "observation"."source" ("id" uuid not null, "name" text not null, "kind" text not null, "ra_deg" double precision null, "dec_deg" double precision null, "body" text null, "elevation_deg" double precision null, "azimuth_start_deg" double precision null, "azimuth_end_deg" double precision null, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "observation"."source" add constraint "source_name_unique" unique ("name");`);

    this.addSql(`create table "observation"."telescope" ("id" uuid not null, "observatory_id" uuid not null, "name" text not null, "title" text not null, "latitude_deg" double precision null, "longitude_deg" double precision null, "elevation_m" double precision null, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "observation"."telescope" add constraint "telescope_name_unique" unique ("name");`);
    this.addSql(`create index "telescope_observatory_id_id_index" on "observation"."telescope" ("observatory_id", "id");`);

    this.addSql(`create table "observation"."instrument" ("id" uuid not null, "telescope_id" uuid not null, "name" text not null, "title" text not null, "active" boolean not null default true, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "observation"."instrument" add constraint "instrument_name_unique" unique ("name");`);
    this.addSql(`create index "instrument_telescope_id_id_index" on "observation"."instrument" ("telescope_id", "id");`);

    this.addSql(`create table "observation"."obs_unit" ("id" uuid not null, "program_id" uuid not null, "source_id" uuid not null, "instrument_id" uuid not null, "name" text not null, "configuration" jsonb not null default '{}', "duration_s" double precision not null, "priority" int not null default 100, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`create index "obs_unit_source_id_id_index" on "observation"."obs_unit" ("source_id", "id");`);
    this.addSql(`create index "obs_unit_instrument_id_id_index" on "observation"."obs_unit" ("instrument_id", "id");`);
    this.addSql(`alter table "observation"."obs_unit" add constraint "obs_unit_program_id_name_unique" unique ("program_id", "name");`);

    this.addSql(`create table "observation"."executed_obs_unit" ("id" uuid not null, "obs_unit_id" uuid not null, "filing_key" text not null, "started_at" timestamptz not null, "ended_at" timestamptz not null, "quality" text not null default 'UNKNOWN', "conditions" jsonb not null default '{}', "filed_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "observation"."executed_obs_unit" add constraint "executed_obs_unit_filing_key_unique" unique ("filing_key");`);
    this.addSql(`create index "executed_obs_unit_obs_unit_id_id_index" on "observation"."executed_obs_unit" ("obs_unit_id", "id");`);
    this.addSql(`create index "executed_obs_unit_started_at_id_index" on "observation"."executed_obs_unit" ("started_at", "id");`);

    this.addSql(`create table "observation"."instrument_module" ("id" uuid not null, "instrument_id" uuid not null, "name" text not null, "title" text not null, "active" boolean not null default true, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`create index "instrument_module_instrument_id_id_index" on "observation"."instrument_module" ("instrument_id", "id");`);
    this.addSql(`alter table "observation"."instrument_module" add constraint "instrument_module_instrument_id_name_unique" unique ("instrument_id", "name");`);

    this.addSql(`create table "data_package"."raw_data_package" ("id" uuid not null, "execution_id" uuid not null, "module_id" uuid not null, "sequence" int not null, "name" text not null, "path" text not null, "status" text not null default 'PENDING', "state" text not null default 'WAITING', "priority" int not null default 100, "file_count" int not null, "file_bytes" bigint not null, "bytes" bigint null, "digest" text null, "flat_digest" text null, "created_at" timestamptz not null default now(), "completed_at" timestamptz null, "archived_at" timestamptz null, "version" int not null default 1, primary key ("id"));`);
    this.addSql(`alter table "data_package"."raw_data_package" add constraint "raw_data_package_name_unique" unique ("name");`);
    this.addSql(`create index "raw_data_package_module_id_id_index" on "data_package"."raw_data_package" ("module_id", "id");`);
    this.addSql(`create index "raw_data_package_state_id_index" on "data_package"."raw_data_package" ("state", "id");`);
    this.addSql(`create index "raw_data_package_status_id_index" on "data_package"."raw_data_package" ("status", "id");`);
    this.addSql(`alter table "data_package"."raw_data_package" add constraint "raw_data_package_execution_id_module_id_sequence_unique" unique ("execution_id", "module_id", "sequence");`);

    this.addSql(`create table "data_package"."data_transfer_package_item" ("transfer_package_id" uuid not null, "package_id" uuid not null, primary key ("transfer_package_id", "package_id"));`);
    this.addSql(`create index "data_transfer_package_item_package_id_index" on "data_package"."data_transfer_package_item" ("package_id");`);

    this.addSql(`create table "data_package"."raw_data_file" ("id" uuid not null, "execution_id" uuid not null, "module_id" uuid not null, "path" text not null, "path_fold" text not null, "bytes" bigint not null, "filed_digest" text null, "filed_at" timestamptz not null default now(), "package_id" uuid null, "digest" text null, "offset" bigint null, "mtime_ns" bigint null, "mode" int null, primary key ("id"));`);
    this.addSql(`create index "raw_data_file_execution_id_id_index" on "data_package"."raw_data_file" ("execution_id", "id");`);
    this.addSql(`create index "raw_data_file_package_id_path_index" on "data_package"."raw_data_file" ("package_id", "path");`);
    this.addSql(`create index "raw_data_file_unpackaged" on "data_package"."raw_data_file" ("execution_id", "module_id") where package_id is null;`);
    this.addSql(`alter table "data_package"."raw_data_file" add constraint "raw_data_file_module_id_path_fold_unique" unique ("module_id", "path_fold");`);

    this.addSql(`create table "storage"."data_location" ("id" uuid not null, "site_id" uuid not null, "name" text not null, "type" text not null, "storage" text not null, "active" boolean not null default true, "priority" int not null default 100, "failure_domain" text not null, "deletion_enabled" boolean not null default false, "capacity_bytes" bigint null, "root" text null, "endpoint" text null, "bucket" text null, "volume_group" text null, "instrument_id" uuid null, "settle_s" int not null default 60, "scan_interval_s" int not null default 3600, "identified_at" timestamptz null, "scanned_at" timestamptz null, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "storage"."data_location" add constraint "data_location_name_unique" unique ("name");`);
    this.addSql(`create index "data_location_site_id_type_priority_id_index" on "storage"."data_location" ("site_id", "type", "priority", "id");`);
    this.addSql(`create index "data_location_instrument_id_id_index" on "storage"."data_location" ("instrument_id", "id");`);

    this.addSql(`create table "staging"."staging_request" ("id" uuid not null, "location_id" uuid not null, "request_key" text not null, "requested_by" text not null, "status" text not null default 'PENDING', "priority" int not null default 100, "lease_s" int not null, "lease_until" timestamptz null, "created_at" timestamptz not null default now(), "completed_at" timestamptz null, "released_at" timestamptz null, "version" int not null default 1, primary key ("id"));`);
    this.addSql(`alter table "staging"."staging_request" add constraint "staging_request_request_key_unique" unique ("request_key");`);
    this.addSql(`create index "staging_request_location_id_id_index" on "staging"."staging_request" ("location_id", "id");`);
    this.addSql(`create index "staging_request_status_id_index" on "staging"."staging_request" ("status", "id");`);

    this.addSql(`create table "staging"."staged_package" ("id" uuid not null, "request_id" uuid not null, "package_id" uuid not null, "status" text not null default 'PENDING', primary key ("id"));`);
    this.addSql(`create index "staged_package_package_id_request_id_index" on "staging"."staged_package" ("package_id", "request_id");`);
    this.addSql(`alter table "staging"."staged_package" add constraint "staged_package_request_id_package_id_unique" unique ("request_id", "package_id");`);

    this.addSql(`create table "storage"."scan_finding" ("id" uuid not null, "location_id" uuid not null, "kind" text not null, "path" text not null, "bytes" bigint null, "detail" text null, "sightings" int not null default 1, "first_seen_at" timestamptz not null default now(), "last_seen_at" timestamptz not null default now(), "resolved_at" timestamptz null, primary key ("id"));`);
    this.addSql(`create index "scan_finding_open" on "storage"."scan_finding" ("location_id", "id") where resolved_at is null;`);
    this.addSql(`create unique index "scan_finding_one_open" on "storage"."scan_finding" ("location_id", "path", "kind") where resolved_at is null;`);

    this.addSql(`create table "storage"."retention_policy" ("id" uuid not null, "location_id" uuid not null, "policy_version" int not null, "minimum_age_s" int not null default 86400, "grace_s" int not null default 86400, "min_verified_copies" int not null default 2, "min_archive_copies" int not null default 1, "min_verification_level" int not null default 2, "max_verification_age_s" int not null default 604800, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "storage"."retention_policy" add constraint "retention_policy_location_id_policy_version_unique" unique ("location_id", "policy_version");`);

    this.addSql(`create table "storage"."operation" ("id" uuid not null, "kind" text not null, "location_id" uuid not null, "subject_type" text not null, "subject_id" uuid not null, "package_id" uuid null, "state" text not null default 'READY', "priority" int not null default 100, "attempt" int not null default 0, "max_attempts" int not null, "fence" int not null default 0, "lease_owner" text null, "lease_until" timestamptz null, "next_run_at" timestamptz not null default now(), "dispatch" int not null default 0, "dispatched_at" timestamptz null, "error_code" text null, "reason" text null, "bytes_done" bigint not null default '0', "bytes_total" bigint null, "created_at" timestamptz not null default now(), "started_at" timestamptz null, "finished_at" timestamptz null, primary key ("id"));`);
    this.addSql(`create index "operation_due" on "storage"."operation" ("next_run_at") where state in ('READY', 'WAITING', 'RUNNING');`);
    this.addSql(`create index "operation_state_id_index" on "storage"."operation" ("state", "id");`);
    this.addSql(`create index "operation_package_id_id_index" on "storage"."operation" ("package_id", "id");`);
    this.addSql(`create index "operation_subject_id_id_index" on "storage"."operation" ("subject_id", "id");`);
    this.addSql(`create index "operation_location_id_id_index" on "storage"."operation" ("location_id", "id");`);
    this.addSql(`create unique index "operation_one_open" on "storage"."operation" ("kind", "subject_id", "location_id") where state not in ('DONE', 'CANCELLED');`);

    this.addSql(`create table "storage"."deletion_proof" ("id" uuid not null, "package_id" uuid not null, "location_id" uuid not null, "policy_id" uuid not null, "operation_id" uuid not null, "evidence" jsonb not null, "created_at" timestamptz not null default now(), "expires_at" timestamptz not null, primary key ("id"));`);
    this.addSql(`create index "deletion_proof_package_id_id_index" on "storage"."deletion_proof" ("package_id", "id");`);

    this.addSql(`create table "storage"."physical_copy" ("id" uuid not null, "location_id" uuid not null, "file_id" uuid null, "package_id" uuid null, "transfer_package_id" uuid null, "path" text not null, "bytes" bigint not null, "digest" text null, "status" text not null default 'PRESENT', "status_reason" text null, "verification_level" int not null default 0, "verified_at" timestamptz null, "deletion_proof_id" uuid null, "created_at" timestamptz not null default now(), "deleted_at" timestamptz null, "version" int not null default 1, primary key ("id"));`);
    this.addSql(`create index "physical_copy_location_id_status_id_index" on "storage"."physical_copy" ("location_id", "status", "id");`);
    this.addSql(`create index "physical_copy_to_verify" on "storage"."physical_copy" ("id") where file_id is null and status = 'PRESENT' and verification_level < 2;`);
    this.addSql(`create index "physical_copy_set_aside" on "storage"."physical_copy" ("id") where status = 'QUARANTINED';`);
    this.addSql(`create index "physical_copy_of_package" on "storage"."physical_copy" ("package_id", "id") where package_id is not null;`);
    this.addSql(`create index "physical_copy_of_file" on "storage"."physical_copy" ("file_id", "id") where file_id is not null;`);
    this.addSql(`create unique index "physical_copy_one_per_path" on "storage"."physical_copy" ("location_id", "path") where status not in ('DELETED', 'QUARANTINED', 'MISSING');`);
    this.addSql(`create unique index "physical_copy_one_per_file" on "storage"."physical_copy" ("file_id", "location_id") where file_id is not null and status not in ('DELETED', 'QUARANTINED', 'MISSING');`);
    this.addSql(`create unique index "physical_copy_one_per_package" on "storage"."physical_copy" ("package_id", "location_id") where package_id is not null and status not in ('DELETED', 'QUARANTINED', 'MISSING');`);

    this.addSql(`create table "storage"."data_transfer_route" ("id" uuid not null, "name" text not null, "type" text not null, "from_site_id" uuid not null, "to_site_id" uuid not null, "via_site_id" uuid null, "from_location_id" uuid null, "to_location_id" uuid null, "method" text not null default 'COPY', "priority" int not null default 100, "active" boolean not null default true, "bundle_bytes" bigint not null default '10000000000000', "bundle_age_s" int not null default 60, "created_at" timestamptz not null default now(), primary key ("id"));`);
    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_name_unique" unique ("name");`);
    this.addSql(`create index "data_transfer_route_from_site_id_to_site_id_index" on "storage"."data_transfer_route" ("from_site_id", "to_site_id");`);

    this.addSql(`create table "storage"."data_transfer" ("id" uuid not null, "transfer_package_id" uuid not null, "route_id" uuid not null, "leg" int not null default 1, "from_location_id" uuid not null, "to_location_id" uuid not null, "status" text not null default 'PENDING', "unpack_status" text not null default 'PENDING', "rounds" int not null default 0, "created_at" timestamptz not null default now(), "completed_at" timestamptz null, "unpacked_at" timestamptz null, "version" int not null default 1, primary key ("id"));`);
    this.addSql(`create index "data_transfer_status_id_index" on "storage"."data_transfer" ("status", "id");`);
    this.addSql(`create index "data_transfer_from_location_id_id_index" on "storage"."data_transfer" ("from_location_id", "id");`);
    this.addSql(`create index "data_transfer_to_location_id_id_index" on "storage"."data_transfer" ("to_location_id", "id");`);
    this.addSql(`alter table "storage"."data_transfer" add constraint "data_transfer_transfer_package_id_leg_unique" unique ("transfer_package_id", "leg");`);

    this.addSql(`create table "storage"."circuit_breaker" ("id" uuid not null, "location_id" uuid not null, "state" text not null default 'CLOSED', "failures" int not null default 0, "opened_at" timestamptz null, "probe_at" timestamptz null, "reason" text null, primary key ("id"));`);
    this.addSql(`alter table "storage"."circuit_breaker" add constraint "circuit_breaker_location_id_unique" unique ("location_id");`);

    this.addSql(`alter table "observation"."observing_program" add constraint "observing_program_observatory_id_foreign" foreign key ("observatory_id") references "observation"."observatory" ("id");`);

    this.addSql(`alter table "data_package"."data_transfer_package" add constraint "data_transfer_package_from_site_id_foreign" foreign key ("from_site_id") references "storage"."site" ("id");`);
    this.addSql(`alter table "data_package"."data_transfer_package" add constraint "data_transfer_package_to_site_id_foreign" foreign key ("to_site_id") references "storage"."site" ("id");`);

    this.addSql(`alter table "observation"."source" add constraint "source_kind_columns" check (case kind
  when 'FIXED' then ra_deg is not null and dec_deg is not null and ra_deg >= 0 and ra_deg < 360 and dec_deg between -90 and 90
  when 'SOLAR_SYSTEM' then body is not null
  else elevation_deg is not null and elevation_deg between 0 and 90 and azimuth_start_deg is not null and azimuth_end_deg is not null end);`);
    this.addSql(`alter table "observation"."source" add constraint "source_kind_check" check ("kind" in ('FIXED', 'SOLAR_SYSTEM', 'CONSTANT_ELEVATION'));`);

    this.addSql(`alter table "observation"."telescope" add constraint "telescope_observatory_id_foreign" foreign key ("observatory_id") references "observation"."observatory" ("id");`);

    this.addSql(`alter table "observation"."instrument" add constraint "instrument_telescope_id_foreign" foreign key ("telescope_id") references "observation"."telescope" ("id");`);

    this.addSql(`alter table "observation"."obs_unit" add constraint "obs_unit_program_id_foreign" foreign key ("program_id") references "observation"."observing_program" ("id");`);
    this.addSql(`alter table "observation"."obs_unit" add constraint "obs_unit_source_id_foreign" foreign key ("source_id") references "observation"."source" ("id");`);
    this.addSql(`alter table "observation"."obs_unit" add constraint "obs_unit_instrument_id_foreign" foreign key ("instrument_id") references "observation"."instrument" ("id");`);

    this.addSql(`alter table "observation"."executed_obs_unit" add constraint "executed_obs_unit_obs_unit_id_foreign" foreign key ("obs_unit_id") references "observation"."obs_unit" ("id");`);
    this.addSql(`alter table "observation"."executed_obs_unit" add constraint "executed_obs_unit_times" check (ended_at >= started_at);`);
    this.addSql(`alter table "observation"."executed_obs_unit" add constraint "executed_obs_unit_quality_check" check ("quality" in ('UNKNOWN', 'GOOD', 'QUESTIONABLE', 'BAD'));`);

    this.addSql(`alter table "observation"."instrument_module" add constraint "instrument_module_instrument_id_foreign" foreign key ("instrument_id") references "observation"."instrument" ("id");`);

    this.addSql(`alter table "data_package"."raw_data_package" add constraint "raw_data_package_execution_id_foreign" foreign key ("execution_id") references "observation"."executed_obs_unit" ("id");`);
    this.addSql(`alter table "data_package"."raw_data_package" add constraint "raw_data_package_module_id_foreign" foreign key ("module_id") references "observation"."instrument_module" ("id");`);
    this.addSql(`alter table "data_package"."raw_data_package" add constraint "raw_data_package_status_check" check ("status" in ('PENDING', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'));`);
    this.addSql(`alter table "data_package"."raw_data_package" add constraint "raw_data_package_state_check" check ("state" in ('WAITING', 'TRANSFERRING', 'ARCHIVED', 'FAILED'));`);

    this.addSql(`alter table "data_package"."data_transfer_package_item" add constraint "data_transfer_package_item_transfer_package_id_foreign" foreign key ("transfer_package_id") references "data_package"."data_transfer_package" ("id") on update cascade on delete no action;`);
    this.addSql(`alter table "data_package"."data_transfer_package_item" add constraint "data_transfer_package_item_package_id_foreign" foreign key ("package_id") references "data_package"."raw_data_package" ("id") on update cascade on delete no action;`);

    this.addSql(`alter table "data_package"."raw_data_file" add constraint "raw_data_file_execution_id_foreign" foreign key ("execution_id") references "observation"."executed_obs_unit" ("id");`);
    this.addSql(`alter table "data_package"."raw_data_file" add constraint "raw_data_file_module_id_foreign" foreign key ("module_id") references "observation"."instrument_module" ("id");`);
    this.addSql(`alter table "data_package"."raw_data_file" add constraint "raw_data_file_package_id_foreign" foreign key ("package_id") references "data_package"."raw_data_package" ("id") on delete no action;`);
    this.addSql(`alter table "data_package"."raw_data_file" add constraint "raw_data_file_bytes" check (bytes >= 0);`);

    this.addSql(`alter table "storage"."data_location" add constraint "data_location_site_id_foreign" foreign key ("site_id") references "storage"."site" ("id");`);
    this.addSql(`alter table "storage"."data_location" add constraint "data_location_instrument_id_foreign" foreign key ("instrument_id") references "observation"."instrument" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."data_location" add constraint "data_location_storage_columns" check (case storage
  when 'DISK' then root is not null
  when 'S3' then endpoint is not null and bucket is not null
  else volume_group is not null end);`);
    this.addSql(`alter table "storage"."data_location" add constraint "data_location_type_check" check ("type" in ('SOURCE', 'BUFFER', 'LONG_TERM_ARCHIVE', 'PROCESSING'));`);
    this.addSql(`alter table "storage"."data_location" add constraint "data_location_storage_check" check ("storage" in ('DISK', 'S3', 'TAPE'));`);

    this.addSql(`alter table "staging"."staging_request" add constraint "staging_request_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "staging"."staging_request" add constraint "staging_request_status_check" check ("status" in ('PENDING', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED'));`);

    this.addSql(`alter table "staging"."staged_package" add constraint "staged_package_request_id_foreign" foreign key ("request_id") references "staging"."staging_request" ("id");`);
    this.addSql(`alter table "staging"."staged_package" add constraint "staged_package_package_id_foreign" foreign key ("package_id") references "data_package"."raw_data_package" ("id");`);
    this.addSql(`alter table "staging"."staged_package" add constraint "staged_package_status_check" check ("status" in ('PENDING', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'));`);

    this.addSql(`alter table "storage"."scan_finding" add constraint "scan_finding_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."scan_finding" add constraint "scan_finding_kind_check" check ("kind" in ('UNFILED', 'MISSING', 'CHANGED', 'REFUSED'));`);

    this.addSql(`alter table "storage"."retention_policy" add constraint "retention_policy_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."retention_policy" add constraint "retention_policy_floor" check (min_verified_copies >= 1 and min_archive_copies >= 1 and min_verification_level >= 2
        and minimum_age_s >= 0 and grace_s >= 0 and max_verification_age_s > 0);`);

    this.addSql(`alter table "storage"."operation" add constraint "operation_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."operation" add constraint "operation_package_id_foreign" foreign key ("package_id") references "data_package"."raw_data_package" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."operation" add constraint "operation_kind_check" check ("kind" in ('scan', 'packaging', 'checksum', 'transfer', 'unpack', 'archive', 'staging', 'cleanup'));`);
    this.addSql(`alter table "storage"."operation" add constraint "operation_state_check" check ("state" in ('READY', 'RUNNING', 'WAITING', 'DONE', 'FAILED', 'CANCELLED'));`);

    this.addSql(`alter table "storage"."deletion_proof" add constraint "deletion_proof_package_id_foreign" foreign key ("package_id") references "data_package"."raw_data_package" ("id");`);
    this.addSql(`alter table "storage"."deletion_proof" add constraint "deletion_proof_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."deletion_proof" add constraint "deletion_proof_policy_id_foreign" foreign key ("policy_id") references "storage"."retention_policy" ("id");`);
    this.addSql(`alter table "storage"."deletion_proof" add constraint "deletion_proof_operation_id_foreign" foreign key ("operation_id") references "storage"."operation" ("id");`);

    this.addSql(`alter table "storage"."physical_copy" add constraint "physical_copy_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."physical_copy" add constraint "physical_copy_file_id_foreign" foreign key ("file_id") references "data_package"."raw_data_file" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."physical_copy" add constraint "physical_copy_package_id_foreign" foreign key ("package_id") references "data_package"."raw_data_package" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."physical_copy" add constraint "physical_copy_transfer_package_id_foreign" foreign key ("transfer_package_id") references "data_package"."data_transfer_package" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."physical_copy" add constraint "physical_copy_deletion_proof_id_foreign" foreign key ("deletion_proof_id") references "storage"."deletion_proof" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."physical_copy" add constraint "physical_copy_one_subject" check (num_nonnulls(file_id, package_id, transfer_package_id) = 1);`);
    this.addSql(`alter table "storage"."physical_copy" add constraint "physical_copy_level" check (verification_level between 0 and 3);`);
    this.addSql(`alter table "storage"."physical_copy" add constraint "physical_copy_status_check" check ("status" in ('WRITING', 'PRESENT', 'STAGED', 'DELETION_POSSIBLE', 'DELETION_SCHEDULED', 'DELETION_IN_PROGRESS', 'DELETED', 'DELETION_FAILED', 'QUARANTINED', 'MISSING'));`);

    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_from_site_id_foreign" foreign key ("from_site_id") references "storage"."site" ("id");`);
    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_to_site_id_foreign" foreign key ("to_site_id") references "storage"."site" ("id");`);
    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_via_site_id_foreign" foreign key ("via_site_id") references "storage"."site" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_from_location_id_foreign" foreign key ("from_location_id") references "storage"."data_location" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_to_location_id_foreign" foreign key ("to_location_id") references "storage"."data_location" ("id") on delete no action;`);
    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_type_columns" check (from_site_id <> to_site_id and case type
  when 'DIRECT' then via_site_id is null and from_location_id is null and to_location_id is null
  when 'RELAY' then via_site_id is not null and via_site_id not in (from_site_id, to_site_id)
  else from_location_id is not null and to_location_id is not null end);`);
    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_type_check" check ("type" in ('DIRECT', 'RELAY', 'CUSTOM'));`);
    this.addSql(`alter table "storage"."data_transfer_route" add constraint "data_transfer_route_method_check" check ("method" in ('COPY', 'HTTP', 'RSYNC', 'BBCP'));`);

    this.addSql(`alter table "storage"."data_transfer" add constraint "data_transfer_transfer_package_id_foreign" foreign key ("transfer_package_id") references "data_package"."data_transfer_package" ("id");`);
    this.addSql(`alter table "storage"."data_transfer" add constraint "data_transfer_route_id_foreign" foreign key ("route_id") references "storage"."data_transfer_route" ("id");`);
    this.addSql(`alter table "storage"."data_transfer" add constraint "data_transfer_from_location_id_foreign" foreign key ("from_location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."data_transfer" add constraint "data_transfer_to_location_id_foreign" foreign key ("to_location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."data_transfer" add constraint "data_transfer_status_check" check ("status" in ('PENDING', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'));`);
    this.addSql(`alter table "storage"."data_transfer" add constraint "data_transfer_unpack_status_check" check ("unpack_status" in ('PENDING', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'));`);

    this.addSql(`alter table "storage"."circuit_breaker" add constraint "circuit_breaker_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."circuit_breaker" add constraint "circuit_breaker_state_check" check ("state" in ('CLOSED', 'OPEN', 'HALF_OPEN'));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "observation"."observing_program" drop constraint "observing_program_observatory_id_foreign";`);
    this.addSql(`alter table "observation"."telescope" drop constraint "telescope_observatory_id_foreign";`);
    this.addSql(`alter table "observation"."obs_unit" drop constraint "obs_unit_program_id_foreign";`);
    this.addSql(`alter table "data_package"."data_transfer_package" drop constraint "data_transfer_package_from_site_id_foreign";`);
    this.addSql(`alter table "data_package"."data_transfer_package" drop constraint "data_transfer_package_to_site_id_foreign";`);
    this.addSql(`alter table "storage"."data_location" drop constraint "data_location_site_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer_route" drop constraint "data_transfer_route_from_site_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer_route" drop constraint "data_transfer_route_to_site_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer_route" drop constraint "data_transfer_route_via_site_id_foreign";`);
    this.addSql(`alter table "data_package"."data_transfer_package_item" drop constraint "data_transfer_package_item_transfer_package_id_foreign";`);
    this.addSql(`alter table "storage"."physical_copy" drop constraint "physical_copy_transfer_package_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer" drop constraint "data_transfer_transfer_package_id_foreign";`);
    this.addSql(`alter table "observation"."obs_unit" drop constraint "obs_unit_source_id_foreign";`);
    this.addSql(`alter table "observation"."instrument" drop constraint "instrument_telescope_id_foreign";`);
    this.addSql(`alter table "observation"."obs_unit" drop constraint "obs_unit_instrument_id_foreign";`);
    this.addSql(`alter table "observation"."instrument_module" drop constraint "instrument_module_instrument_id_foreign";`);
    this.addSql(`alter table "storage"."data_location" drop constraint "data_location_instrument_id_foreign";`);
    this.addSql(`alter table "observation"."executed_obs_unit" drop constraint "executed_obs_unit_obs_unit_id_foreign";`);
    this.addSql(`alter table "data_package"."raw_data_package" drop constraint "raw_data_package_execution_id_foreign";`);
    this.addSql(`alter table "data_package"."raw_data_file" drop constraint "raw_data_file_execution_id_foreign";`);
    this.addSql(`alter table "data_package"."raw_data_package" drop constraint "raw_data_package_module_id_foreign";`);
    this.addSql(`alter table "data_package"."raw_data_file" drop constraint "raw_data_file_module_id_foreign";`);
    this.addSql(`alter table "data_package"."data_transfer_package_item" drop constraint "data_transfer_package_item_package_id_foreign";`);
    this.addSql(`alter table "data_package"."raw_data_file" drop constraint "raw_data_file_package_id_foreign";`);
    this.addSql(`alter table "staging"."staged_package" drop constraint "staged_package_package_id_foreign";`);
    this.addSql(`alter table "storage"."operation" drop constraint "operation_package_id_foreign";`);
    this.addSql(`alter table "storage"."deletion_proof" drop constraint "deletion_proof_package_id_foreign";`);
    this.addSql(`alter table "storage"."physical_copy" drop constraint "physical_copy_package_id_foreign";`);
    this.addSql(`alter table "storage"."physical_copy" drop constraint "physical_copy_file_id_foreign";`);
    this.addSql(`alter table "staging"."staging_request" drop constraint "staging_request_location_id_foreign";`);
    this.addSql(`alter table "storage"."scan_finding" drop constraint "scan_finding_location_id_foreign";`);
    this.addSql(`alter table "storage"."retention_policy" drop constraint "retention_policy_location_id_foreign";`);
    this.addSql(`alter table "storage"."operation" drop constraint "operation_location_id_foreign";`);
    this.addSql(`alter table "storage"."deletion_proof" drop constraint "deletion_proof_location_id_foreign";`);
    this.addSql(`alter table "storage"."physical_copy" drop constraint "physical_copy_location_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer_route" drop constraint "data_transfer_route_from_location_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer_route" drop constraint "data_transfer_route_to_location_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer" drop constraint "data_transfer_from_location_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer" drop constraint "data_transfer_to_location_id_foreign";`);
    this.addSql(`alter table "storage"."circuit_breaker" drop constraint "circuit_breaker_location_id_foreign";`);
    this.addSql(`alter table "staging"."staged_package" drop constraint "staged_package_request_id_foreign";`);
    this.addSql(`alter table "storage"."deletion_proof" drop constraint "deletion_proof_policy_id_foreign";`);
    this.addSql(`alter table "storage"."deletion_proof" drop constraint "deletion_proof_operation_id_foreign";`);
    this.addSql(`alter table "storage"."physical_copy" drop constraint "physical_copy_deletion_proof_id_foreign";`);
    this.addSql(`alter table "storage"."data_transfer" drop constraint "data_transfer_route_id_foreign";`);

    this.addSql(`drop table if exists "storage"."event" cascade;`);
    this.addSql(`drop table if exists "observation"."observatory" cascade;`);
    this.addSql(`drop table if exists "observation"."observing_program" cascade;`);
    this.addSql(`drop table if exists "storage"."site" cascade;`);
    this.addSql(`drop table if exists "data_package"."data_transfer_package" cascade;`);
    this.addSql(`drop table if exists "observation"."source" cascade;`);
    this.addSql(`drop table if exists "observation"."telescope" cascade;`);
    this.addSql(`drop table if exists "observation"."instrument" cascade;`);
    this.addSql(`drop table if exists "observation"."obs_unit" cascade;`);
    this.addSql(`drop table if exists "observation"."executed_obs_unit" cascade;`);
    this.addSql(`drop table if exists "observation"."instrument_module" cascade;`);
    this.addSql(`drop table if exists "data_package"."raw_data_package" cascade;`);
    this.addSql(`drop table if exists "data_package"."data_transfer_package_item" cascade;`);
    this.addSql(`drop table if exists "data_package"."raw_data_file" cascade;`);
    this.addSql(`drop table if exists "storage"."data_location" cascade;`);
    this.addSql(`drop table if exists "staging"."staging_request" cascade;`);
    this.addSql(`drop table if exists "staging"."staged_package" cascade;`);
    this.addSql(`drop table if exists "storage"."scan_finding" cascade;`);
    this.addSql(`drop table if exists "storage"."retention_policy" cascade;`);
    this.addSql(`drop table if exists "storage"."operation" cascade;`);
    this.addSql(`drop table if exists "storage"."deletion_proof" cascade;`);
    this.addSql(`drop table if exists "storage"."physical_copy" cascade;`);
    this.addSql(`drop table if exists "storage"."data_transfer_route" cascade;`);
    this.addSql(`drop table if exists "storage"."data_transfer" cascade;`);
    this.addSql(`drop table if exists "storage"."circuit_breaker" cascade;`);

    this.addSql(`drop schema if exists "storage";`);
    this.addSql(`drop schema if exists "observation";`);
    this.addSql(`drop schema if exists "data_package";`);
    this.addSql(`drop schema if exists "staging";`);
  }

}
