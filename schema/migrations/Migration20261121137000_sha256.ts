import { Migration } from '@mikro-orm/migrations'

/** The SHA-256 of a package, where a location asks for it. */
export class Migration20261121137000_sha256 extends Migration {
  override name = 'Migration20261121137000_sha256'

  override up(): void {
    this.addSql(`alter table "data_package"."raw_data_package" add "sha256" text null;`)
    this.addSql(
      `alter table "data_package"."raw_data_package" add constraint "raw_data_package_sha256" check (sha256 ~ '^sha256:[0-9a-f]{64}$');`,
    )
    this.addSql(`alter table "storage"."data_location" add "sha256" boolean not null default false;`)
  }
}
