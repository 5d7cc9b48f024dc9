import { Migration } from '@mikro-orm/migrations'

/** How full a location gets before it is freed, and how fast; whether it is freed now. */
export class Migration20261121142100_reclaim extends Migration {
  override name = 'Migration20261121142100_reclaim'

  override up(): void {
    this.addSql(`create table "storage"."reclaim" ("id" uuid not null, "location_id" uuid not null, "state" text not null, "reason" text null, "used_bytes" bigint null, "measured_at" timestamptz null, "paused_until" timestamptz null, "allowed_share_hour" double precision null, "allowed_until" timestamptz null, "allowed_reason" text null, primary key ("id"));`);
    this.addSql(`alter table "storage"."reclaim" add constraint "reclaim_location_id_unique" unique ("location_id");`);
    this.addSql(`alter table "storage"."retention_policy" add "high_water" double precision null, add "low_water" double precision null, add "max_share_hour" double precision not null default 0.05;`);
    this.addSql(`alter table "storage"."retention_policy" add constraint "retention_policy_share" check (max_share_hour > 0 and max_share_hour <= 1);`);
    this.addSql(`alter table "storage"."retention_policy" add constraint "retention_policy_water" check (num_nonnulls(high_water, low_water) <> 1 and (high_water is null or low_water >= 0 and low_water < high_water and high_water <= 1));`);
    this.addSql(`alter table "storage"."deletion_proof" add "bytes" bigint not null default '0';`);
    this.addSql(`create index "deletion_proof_location_id_created_at_index" on "storage"."deletion_proof" ("location_id", "created_at");`);
    this.addSql(`alter table "storage"."reclaim" add constraint "reclaim_location_id_foreign" foreign key ("location_id") references "storage"."data_location" ("id");`);
    this.addSql(`alter table "storage"."reclaim" add constraint "reclaim_paused" check ((paused_until is null) = (state <> 'PAUSED'));`);
    this.addSql(`alter table "storage"."reclaim" add constraint "reclaim_state_check" check ("state" in ('RESTING', 'FREEING', 'PAUSED'));`);
    for (const [field, reason] of [
      ['state', 'reason'],
      ['allowed_share_hour', 'allowed_reason'],
    ]) {
      this.addSql(`
create trigger record_${field}_transition after update on storage.reclaim referencing old table as old_rows new table as new_rows
for each statement execute function storage.record_transition('Reclaim', '${field}', '${reason}');`)
    }
    this.addSql(`
create trigger record_creation after insert on storage.reclaim referencing new table as new_rows
for each statement execute function storage.record_creation('Reclaim', 'state');`)
  }
}
