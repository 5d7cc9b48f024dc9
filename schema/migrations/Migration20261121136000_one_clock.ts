import { Migration } from '@mikro-orm/migrations'

/** An event happened at the moment that its transaction writes into the rows: both have one clock. */
export class Migration20261121136000_one_clock extends Migration {
  override name = 'Migration20261121136000_one_clock'

  override up(): void {
    this.addSql(`alter table "storage"."event" alter column "at" set default now();`)
  }
}
