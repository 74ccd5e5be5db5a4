import type { DatabaseSync } from 'node:sqlite';
import type { BaseNode, Key, Moving, RemoteNode, Sending } from '../plan/tree.ts';
import type { TreeTable } from './tree-table.ts';

const schema = `
  create table if not exists sending (place text primary key, id text, parent text not null, name text not null,
    sha256 text not null, stat text not null) strict;
  create table if not exists moving (id text primary key, parent text not null, name text not null) strict;
`;

/** What this machine has asked the hub for and has no answer to yet, on the disk and in memory. */
export function openSent(
  db: DatabaseSync,
  records: {
    base: TreeTable<BaseNode>;
    remote: TreeTable<RemoteNode>;
    agree(node: BaseNode): void;
    together(work: () => void): void;
  },
) {
  db.exec(schema);
  const { base, remote, agree, together } = records;
  const atPlace = remote.find('where parent = ? and name = ?');
  const sending = new Map<string, Sending>();
  const moving = new Map<Key, Moving>();
  const placeOf = ({ key, parent, name }: Sending) => key ?? `${parent}/${name}`;

  /** Also after a transaction that was rolled back. */
  function load() {
    sending.clear();
    for (const row of db.prepare('select * from sending').all()) {
      const { place, id, parent, name, sha256, stat } = row as Record<string, string>;
      sending.set(
        place as string,
        { key: id ?? null, parent, name, sha256, stat: JSON.parse(stat as string) } as Sending,
      );
    }
    moving.clear();
    for (const move of db.prepare('select id as key, parent, name from moving').all() as unknown as Moving[])
      moving.set(move.key, move);
  }

  /** To be called in a transaction. */
  function clear() {
    db.exec('delete from sending; delete from moving;');
    sending.clear();
    moving.clear();
  }

  return {
    load,
    clear,
    /** Notes what is about to be sent; one for each place. */
    send(all: readonly Sending[]) {
      const put = db.prepare('insert or replace into sending values (?,?,?,?,?,?)');
      together(() => {
        for (const one of all) {
          put.run(placeOf(one), one.key, one.parent, one.name, one.sha256, JSON.stringify(one.stat));
          sending.set(placeOf(one), one);
        }
      });
    },
    sendMoves(all: readonly Moving[]) {
      if (all.length === 0) return;
      const put = db.prepare('insert or replace into moving values (?,?,?)');
      together(() => {
        for (const one of all) {
          put.run(one.key, one.parent, one.name);
          moving.set(one.key, one);
        }
      });
    },
    /** Agrees on what the hub has because this machine sent it, also where the answer was lost. */
    claim() {
      if (sending.size === 0 && moving.size === 0) return;
      together(() => {
        for (const { key, parent, name } of moving.values()) {
          const [R, B] = [remote.get(key), base.get(key)];
          if (R?.parent === parent && R.name === name && B && (B.parent !== parent || B.name !== name))
            agree({ ...B, parent, name, seq: R.seq });
        }
        for (const { key, parent, name, sha256, stat } of sending.values()) {
          const R = key === null ? atPlace(parent, name).at(-1) : remote.get(key);
          const B = R && base.get(R.key);
          // Of an old node only the content; its place is agreed on by itself.
          if (R?.sha256 === sha256 && B && B.sha256 !== sha256)
            agree({ ...B, sha256, stat, seq: R.seq, version: R.version });
          else if (R?.sha256 === sha256 && !B) agree({ ...R, parent, name, stat });
        }
        clear();
      });
    },
  };
}
