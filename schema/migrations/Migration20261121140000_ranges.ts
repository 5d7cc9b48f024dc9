import { Migration } from '@mikro-orm/migrations'

/** Ranges of files, wanted and staged; and the device on which work that runs keeps room. */
export class Migration20261121140000_ranges extends Migration {
  override name = 'Migration20261121140000_ranges'

  override up(): void {
    this.addSql(`alter table "staging"."staged_file" drop constraint "staged_file_staged_package_id_file_id_unique";`)
    this.addSql(`alter table "staging"."staged_file" add "range_start" bigint null, add "range_bytes" bigint null;`)
    this.addSql(`create index "staged_file_staged_package_id_id_index" on "staging"."staged_file" ("staged_package_id", "id");`)
    this.addSql(
      `create unique index "staged_file_whole" on "staging"."staged_file" ("staged_package_id", "file_id") where range_start is null;`,
    )
    this.addSql(
      `create unique index "staged_file_ranges" on "staging"."staged_file" ("staged_package_id", "file_id", "range_start", "range_bytes") where range_start is not null;`,
    )
    this.addSql(
      `alter table "staging"."staged_file" add constraint "staged_file_range" check (num_nonnulls(range_start, range_bytes) <> 1 and coalesce(range_start >= 0 and range_bytes > 0, true));`,
    )

    this.addSql(`alter table "storage"."operation" add "reserved_device" text null;`)

    this.addSql(`drop index "storage"."physical_copy_one_per_file";`)
    this.addSql(`alter table "storage"."physical_copy" add "range_start" bigint null;`)
    this.addSql(
      `create unique index "physical_copy_one_per_range" on "storage"."physical_copy" ("file_id", "location_id", "range_start", "bytes") where range_start is not null and status not in ('DELETED', 'QUARANTINED', 'MISSING');`,
    )
    this.addSql(
      `create unique index "physical_copy_one_per_file" on "storage"."physical_copy" ("file_id", "location_id") where file_id is not null and range_start is null and status not in ('DELETED', 'QUARANTINED', 'MISSING');`,
    )
    this.addSql(
      `alter table "storage"."physical_copy" add constraint "physical_copy_range" check (range_start is null or file_id is not null and range_start >= 0 and bytes > 0);`,
    )
  }
}
