import { Migration } from '@mikro-orm/migrations'

/** When the rows were last swept, when queues were last consumed, and since which restore of ops-db a location was looked at. */
export class Migration20261121145000_life extends Migration {
  override name = 'Migration20261121145000_life'

  override up(): void {
    this.addSql(
      `create table "storage"."last_sweep" ("number" int not null default 1, "completed_at" timestamptz not null, "seconds" double precision not null, primary key ("number"));`,
    )
    this.addSql(`alter table "storage"."last_sweep" add constraint "last_sweep_one" check (number = 1);`)
    this.addSql(
      `create table "storage"."queue_life" ("id" uuid not null, "location_id" uuid not null, "kind" text not null, "last_consumed_at" timestamptz not null, "worker" text not null, primary key ("id"));`,
    )
    this.addSql(`alter table "storage"."queue_life" add constraint "queue_life_of_queue" unique ("location_id", "kind");`)
    this.addSql(
      `alter table "storage"."queue_life" add constraint "queue_life_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`,
    )
    this.addSql(
      `alter table "storage"."queue_life" add constraint "queue_life_kind_check" check ("kind" in ('scan', 'packaging', 'checksum', 'transfer', 'unpack', 'archive', 'staging', 'cleanup'));`,
    )
    this.addSql(`alter table "storage"."reclaim" add "epoch" int not null default 1;`)
    // What was restored before this migration was looked at since, or is older than the rule.
    this.addSql(`update "storage"."reclaim" set "epoch" = (select max(number) from storage.event_epoch);`)
    this.addSql(`
create trigger record_epoch_transition after update on storage.reclaim referencing old table as old_rows new table as new_rows
for each statement execute function storage.record_transition('Reclaim', 'epoch', '');`)
  }
}
