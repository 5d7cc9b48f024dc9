import { Migration } from '@mikro-orm/migrations'

export class Migration20261121122000_storage extends Migration {
  override name = 'Migration20261121122000_storage'

  override up(): void {
    this.addSql(`create index "operation_done" on "storage"."operation" ("finished_at") where state = 'DONE';`)
    this.addSql(`create index "data_transfer_route_to_site_id_id_index" on "storage"."data_transfer_route" ("to_site_id", "id");`)
    this.addSql(`create index "data_transfer_route_id_id_index" on "storage"."data_transfer" ("route_id", "id");`)
  }
}
