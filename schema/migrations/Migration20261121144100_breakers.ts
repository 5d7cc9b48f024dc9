import { Migration } from '@mikro-orm/migrations'

/** A breaker for a location, for one kind of work there, or for a route; operators may decide for it until a moment. */
export class Migration20261121144100_breakers extends Migration {
  override name = 'Migration20261121144100_breakers'

  override up(): void {
    this.addSql(`alter table "storage"."circuit_breaker" drop constraint "circuit_breaker_location_id_unique";`)
    this.addSql(`alter table "storage"."circuit_breaker" alter column "location_id" drop not null;`)
    this.addSql(
      `alter table "storage"."circuit_breaker" add "route_id" uuid null, add "kind" text null, add "override" text null, add "override_until" timestamptz null, add "override_reason" text null;`,
    )
    this.addSql(
      `alter table "storage"."circuit_breaker" add constraint "circuit_breaker_route_id_foreign" foreign key ("route_id") references "storage"."data_transfer_route" ("id") on delete no action;`,
    )
    this.addSql(
      `alter table "storage"."circuit_breaker" add constraint "circuit_breaker_scope" check ((location_id is null) <> (route_id is null) and (kind is null or location_id is not null));`,
    )
    this.addSql(
      `alter table "storage"."circuit_breaker" add constraint "circuit_breaker_override" check (override is null or override in ('OPEN', 'CLOSED') and override_until is not null and override_reason is not null);`,
    )
    this.addSql(`create unique index "circuit_breaker_of_location" on "storage"."circuit_breaker" ("location_id") where kind is null;`)
    this.addSql(`create unique index "circuit_breaker_of_kind" on "storage"."circuit_breaker" ("location_id", "kind") where kind is not null;`)
    this.addSql(`create unique index "circuit_breaker_of_route" on "storage"."circuit_breaker" ("route_id") where route_id is not null;`)
  }
}
