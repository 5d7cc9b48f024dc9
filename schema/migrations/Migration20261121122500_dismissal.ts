import { Migration } from '@mikro-orm/migrations'

export class Migration20261121122500_dismissal extends Migration {
  override name = 'Migration20261121122500_dismissal'

  override up(): void {
    this.addSql(`alter table "storage"."scan_finding" add "dismissed_at" timestamptz null;`)
    this.addSql(
      `create index "physical_copy_of_transfer_package" on "storage"."physical_copy" ("transfer_package_id", "id") where transfer_package_id is not null;`,
    )
  }
}
