import { Migration } from '@mikro-orm/migrations'

/** No staging request was ever SCHEDULED: with its first package it is IN_PROGRESS. */
export class Migration20261121230300_staging_states extends Migration {
  override name = 'Migration20261121230300_staging_states'

  override up(): void {
    this.addSql(`alter table "staging"."staging_request" drop constraint "staging_request_status_check";`)
    this.addSql(
      `alter table "staging"."staging_request" add constraint "staging_request_status_check" check ("status" in ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED'));`,
    )
  }
}
