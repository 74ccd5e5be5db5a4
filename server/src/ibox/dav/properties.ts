import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';

/** A property that clients keep with a node; the hub only stores it. */
export interface DeadProperty {
  /** Empty for a name in no namespace. */
  namespace: string;
  name: string;
  /** The whole element, as XML that stands by itself. */
  value: string;
}

export type PropertyChange = Omit<DeadProperty, 'value'> & { value: string | undefined };

/** Of one node; its copies count for themselves. */
const mostProperties = 500;
const mostBytes = 256 * 1024;

/** The dead properties of nodes, by the nodes' ids. */
export async function deadProperties(db: Db, nodeIds: string[]): Promise<Map<string, DeadProperty[]>> {
  if (nodeIds.length === 0) return new Map();
  const rows = await db.selectFrom('davProperties').selectAll().where('nodeId', 'in', nodeIds).execute();
  return Map.groupBy(rows, ({ nodeId }) => nodeId);
}

/**
 * Sets properties, and removes those without a value, in their order.
 * @throws {HubError} too_large
 */
export async function changeProperties(tx: Db, nodeId: string, changes: PropertyChange[]): Promise<void> {
  for (const { namespace, name, value } of changes) {
    if (value === undefined) {
      await tx
        .deleteFrom('davProperties')
        .where('nodeId', '=', nodeId)
        .where('namespace', '=', namespace)
        .where('name', '=', name)
        .execute();
    } else {
      await tx
        .insertInto('davProperties')
        .values({ nodeId, namespace, name, value })
        .onConflict((c) => c.columns(['nodeId', 'namespace', 'name']).doUpdateSet({ value }))
        .execute();
    }
  }
  const kept = (await deadProperties(tx, [nodeId])).get(nodeId) ?? [];
  const bytes = kept.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);
  if (kept.length > mostProperties || bytes > mostBytes) throw new HubError('too_large', 'properties of one node');
}

/** Gives copies the properties of what they were copied from, in place of any they had. @param copies new ids by old */
export async function copyProperties(tx: Db, copies: ReadonlyMap<string, string>): Promise<void> {
  const pairs = [...copies];
  for (let at = 0; at < pairs.length; at += 200) {
    const some = pairs.slice(at, at + 200);
    await tx
      .deleteFrom('davProperties')
      .where(
        'nodeId',
        'in',
        some.map(([, copy]) => copy),
      )
      .execute();
    const kept = await deadProperties(
      tx,
      some.map(([original]) => original),
    );
    const rows = some.flatMap(([original, copy]) =>
      (kept.get(original) ?? []).map((property) => ({ ...property, nodeId: copy })),
    );
    for (let row = 0; row < rows.length; row += 500) {
      await tx
        .insertInto('davProperties')
        .values(rows.slice(row, row + 500))
        .execute();
    }
  }
}
