import { Migration } from '@mikro-orm/migrations'

/** What is kept is lowered twice a second: an index that names it would be written each time. */
export class Migration20261121134200_running_room extends Migration {
  override name = 'Migration20261121134200_running_room'

  override up(): void {
    this.addSql(`drop index "storage"."operation_reserved";`)
    this.addSql(`create index "operation_reserved" on "storage"."operation" ("reserved_location_id") where state = 'RUNNING';`)
  }
}
