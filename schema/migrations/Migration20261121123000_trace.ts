import { Migration } from '@mikro-orm/migrations';

/** The trace of the request that asked for an operation, as W3C Trace Context writes it. */
export class Migration20261121123000_trace extends Migration {

  override name = 'Migration20261121123000_trace';

  override up(): void | Promise<void> {
    this.addSql(`alter table "storage"."operation" add "trace_parent" text null;`);
  }

}
