import { Migration } from '@mikro-orm/migrations'

export class Migration20261121130000_digests extends Migration {
  override name = 'Migration20261121130000_digests'

  override up(): void {
    this.addSql(`alter table "data_package"."raw_data_package" add "part_digests" bytea null;`)
    this.addSql(
      `alter table "data_package"."raw_data_package" add constraint "raw_data_package_parts" check (octet_length(part_digests) = 32 * ((bytes + 67108863) / 67108864));`,
    )
    this.addSql(
      `create index "raw_data_file_in_tar" on "data_package"."raw_data_file" ("package_id", "path" collate "C") where package_id is not null;`,
    )
  }
}
