import { Migration } from '@mikro-orm/migrations'

/** What is deleted lies in the trash of its location for a while. */
export class Migration20261121142200_trash extends Migration {
  override name = 'Migration20261121142200_trash'

  override up(): void {
    this.addSql(`alter table "storage"."retention_policy" add "trash_s" int not null default 86400;`);
    this.addSql(`alter table "storage"."retention_policy" add constraint "retention_policy_trash" check (trash_s >= 0);`);
    this.addSql(`alter table "storage"."physical_copy" add "trashed_at" timestamptz null;`);
  }
}
