import { Migration } from '@mikro-orm/migrations'

export class Migration20261121120000_finding extends Migration {
  override up(): void {
    this.addSql(`create index "source_position" on "observation"."source" using gist (point(ra_deg + 1, dec_deg + 91)) where kind = 'FIXED';`)

    this.addSql(`create index "executed_obs_unit_filed_at_id_index" on "observation"."executed_obs_unit" ("filed_at", "id");`)
    this.addSql(
      `create index "executed_obs_unit_obs_unit_id_started_at_id_index" on "observation"."executed_obs_unit" ("obs_unit_id", "started_at", "id");`,
    )
    this.addSql(`create index "executed_obs_unit_quality_id_index" on "observation"."executed_obs_unit" ("quality", "id");`)
    this.addSql(
      `create index "executed_obs_unit_quality_started_at_id_index" on "observation"."executed_obs_unit" ("quality", "started_at", "id");`,
    )

    this.addSql(`create index "raw_data_package_priority_id_index" on "data_package"."raw_data_package" ("priority", "id");`)
    this.addSql(`create index "raw_data_package_file_bytes_id_index" on "data_package"."raw_data_package" ("file_bytes", "id");`)

    // One index keeps the paths of a module apart and finds a path, or those under a folder, whatever module wrote them.
    this.addSql(`alter table "data_package"."raw_data_file" drop constraint "raw_data_file_module_id_path_fold_unique";`)
    this.addSql(`alter table "data_package"."raw_data_file" alter column "path_fold" type text collate "C";`)
    this.addSql(
      `alter table "data_package"."raw_data_file" add constraint "raw_data_file_path_fold_module_id_unique" unique ("path_fold", "module_id");`,
    )
  }
}
