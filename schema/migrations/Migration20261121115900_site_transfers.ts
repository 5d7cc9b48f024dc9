import { Migration } from '@mikro-orm/migrations'

export class Migration20261121115900_site_transfers extends Migration {
  override name = 'Migration20261121115900_site_transfers'

  override up(): void {
    this.addSql(
      `create index "data_transfer_package_from_site_id_id_index" on "data_package"."data_transfer_package" ("from_site_id", "id");`,
    )
  }
}
