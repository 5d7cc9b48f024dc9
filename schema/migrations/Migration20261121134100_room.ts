import { Migration } from '@mikro-orm/migrations'

/** Where an operation that runs keeps room for what it still has to write. */
export class Migration20261121134100_room extends Migration {
  override name = 'Migration20261121134100_room'

  override up(): void {
    this.addSql(`alter table "storage"."operation" add "reserved_location_id" uuid null;`)
    this.addSql(
      `alter table "storage"."operation" add constraint "operation_reserved_location_id_foreign" foreign key ("reserved_location_id") references "storage"."data_location" ("id") on delete no action;`,
    )
    this.addSql(`create index "operation_reserved" on "storage"."operation" ("reserved_location_id") where reserved_bytes > 0;`)
  }
}
