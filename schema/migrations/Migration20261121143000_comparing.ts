import { Migration } from '@mikro-orm/migrations'

/** When an archive, and what a route leads to, was last compared with what it could get. */
export class Migration20261121143000_comparing extends Migration {
  override name = 'Migration20261121143000_comparing'

  override up(): void {
    this.addSql(`alter table "storage"."data_transfer_route" add "compared_at" timestamptz null;`)
    this.addSql(`alter table "storage"."data_location" add "compared_at" timestamptz null;`)
  }
}
