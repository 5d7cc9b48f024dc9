import { Migration } from '@mikro-orm/migrations'

/** What a proof relies on is looked at when a deletion that was begun gets another proof too, and not only when it begins. */
export class Migration20261121230400_reliance extends Migration {
  override name = 'Migration20261121230400_reliance'

  override up(): void {
    this.addSql(`drop trigger check_reliance on storage.physical_copy;`)
    this.addSql(`
create constraint trigger check_reliance after update of status, deletion_proof_id on storage.physical_copy deferrable initially immediate
for each row when (new.status = 'DELETION_IN_PROGRESS'
  and (old.status is distinct from new.status or old.deletion_proof_id is distinct from new.deletion_proof_id))
execute function storage.check_reliance();`)
  }
}
