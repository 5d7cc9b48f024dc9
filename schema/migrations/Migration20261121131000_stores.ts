import { Migration } from '@mikro-orm/migrations'

export class Migration20261121131000_stores extends Migration {
  override name = 'Migration20261121131000_stores'

  override up(): void {
    this.addSql(
      `alter table "storage"."data_location" add "prefix" text null, add "region" text null, add "credentials" text null, add "capabilities" jsonb null;`,
    )
    this.addSql(`alter table "storage"."data_location" add constraint "data_location_prefix" check (prefix ~ '^([^/]+/)+$');`)
    this.addSql(`alter table "storage"."operation" add "reserved_bytes" bigint not null default '0';`)
    this.addSql(
      `create table "staging"."staged_file" ("id" uuid not null, "staged_package_id" uuid not null, "file_id" uuid not null, primary key ("id"));`,
    )
    this.addSql(
      `alter table "staging"."staged_file" add constraint "staged_file_staged_package_id_file_id_unique" unique ("staged_package_id", "file_id");`,
    )
    this.addSql(
      `alter table "staging"."staged_file" add constraint "staged_file_staged_package_id_foreign" foreign key ("staged_package_id") references "staging"."staged_package" ("id");`,
    )
    this.addSql(
      `alter table "staging"."staged_file" add constraint "staged_file_file_id_foreign" foreign key ("file_id") references "data_package"."raw_data_file" ("id");`,
    )
  }
}
