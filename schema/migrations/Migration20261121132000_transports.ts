import { Migration } from '@mikro-orm/migrations'

/** How a route sends, where a site serves its copies, and how fast an operation is. */
export class Migration20261121132000_transports extends Migration {
  override name = 'Migration20261121132000_transports'

  override up(): void {
    this.addSql(`alter table "storage"."site" add "data_url" text null;`)
    this.addSql(
      `alter table "storage"."data_transfer_route" add "streams" int not null default 8, add "rate_bytes_s" bigint null, add "ssh_host" text null;`,
    )
    this.addSql(
      `alter table "storage"."data_transfer_route" add constraint "data_transfer_route_limits" check (streams between 1 and 64 and rate_bytes_s > 0);`,
    )
    this.addSql(`alter table "storage"."operation" add "rate_bytes_s" bigint null, add "ends_at" timestamptz null;`)
  }
}
