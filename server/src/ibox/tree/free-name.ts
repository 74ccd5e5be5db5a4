import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import { nameKey, numberedName } from '../rules/names.ts';
import { childNamed } from './node-rows.ts';

const mostNumberedNames = 1000;

/**
 * The name if no live node of the folder has it, else the first numbered one that is free.
 * @throws {HubError} name_taken when a thousand are not
 */
export async function freeName(db: Db, folderId: string, name: string): Promise<string> {
  if (!(await childNamed(db, folderId, nameKey(name)))) return name;
  for (let number = 2; number <= mostNumberedNames; number++) {
    const numbered = numberedName(name, number);
    if (!(await childNamed(db, folderId, nameKey(numbered)))) return numbered;
  }
  throw new HubError('name_taken', name);
}
