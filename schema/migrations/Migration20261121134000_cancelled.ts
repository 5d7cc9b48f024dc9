import { Migration } from '@mikro-orm/migrations'

/** Work that was cancelled is not asked for again by itself. */
export class Migration20261121134000_cancelled extends Migration {
  override name = 'Migration20261121134000_cancelled'

  override up(): void {
    this.addSql(`drop index "storage"."operation_one_open";`)
    this.addSql(
      `create unique index "operation_one_open" on "storage"."operation" ("kind", "subject_id", "location_id") where state <> 'DONE';`,
    )
  }
}
