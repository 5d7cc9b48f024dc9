import { Migration } from '@mikro-orm/migrations'

/** How often a location is read again, when what no row knows there counts, and why it was stopped. */
export class Migration20261121143100_scrubbing extends Migration {
  override name = 'Migration20261121143100_scrubbing'

  override up(): void {
    this.addSql(
      `alter table "storage"."data_location" add "scrub_interval_s" int null default 7776000, add "dark_after_s" int not null default 172800, add "stop_reason" text null;`,
    )
    this.addSql(`update "storage"."data_location" set "scan_interval_s" = 86400 where "type" <> 'SOURCE';`)
    this.addSql(
      `create index "physical_copy_to_scrub" on "storage"."physical_copy" ("location_id", "verified_at", "id") where package_id is not null and status = 'PRESENT';`,
    )
    this.addSql(`alter table "storage"."scan_finding" add "set_aside_asked_at" timestamptz null;`)
    this.addSql(`alter table "storage"."scan_finding" drop constraint "scan_finding_kind_check";`)
    this.addSql(
      `alter table "storage"."scan_finding" add constraint "scan_finding_kind_check" check ("kind" in ('UNFILED', 'MISSING', 'CHANGED', 'REFUSED', 'DARK'));`,
    )
  }
}
