import { HubError } from '@diwan/protocol/errors.ts';
import type { ChatMessage } from '@diwan/protocol/vroom-chat.ts';
import type { Selectable } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { TogetherTables } from '../../db/tables/together.ts';
import { mayAnswer, mayRead, refuseToDelete, refuseToEdit } from '../rules/chat.ts';
import { isSaidHere, meetingsOf, type Present, wasThere, writeDown } from './readers.ts';

export type MessageRow = Selectable<TogetherTables['chatMessages']>;

/** What is kept of a file that is sent with a message. */
export type MessageFile = Pick<MessageRow, 'fileId' | 'fileName' | 'fileSize' | 'fileType' | 'fileWithdrawnAt'>;
const noFile: MessageFile = { fileId: null, fileName: null, fileSize: null, fileType: null, fileWithdrawnAt: null };

export const chatPage = 100;
/** What is asked again after a lost line is rarely much; a page of it at a time. */
const catchUp = 200;

export const messageView = (row: MessageRow, personId: string): ChatMessage => ({
  number: row.number,
  change: row.change,
  name: row.authorName,
  own: row.authorId === personId,
  clientId: row.authorId === personId ? row.clientId : null,
  to: row.toId === null ? null : { name: row.toName ?? '', self: row.toId === personId },
  text: row.text,
  file: row.fileId === null ? null : fileView(row),
  replyTo: row.replyTo,
  sentAt: row.sentAt,
  editedAt: row.editedAt,
  deleted: row.deletedAt !== null,
});

const fileView = (row: MessageRow) => ({
  name: row.fileName ?? '',
  size: row.fileSize ?? 0,
  mediaType: row.fileType,
  withdrawn: row.fileWithdrawnAt !== null,
});

/** What is for this person's eyes: the same as `mayRead`, asked of many at once. */
export function readable(db: Db, { roomId, meetingId, breakout, personId, owner }: Present) {
  const all = db.selectFrom('chatMessages').selectAll().where('chatMessages.roomId', '=', roomId);
  const own = breakout === null ? all.where('breakout', 'is', null) : all.where('meetingId', '=', meetingId);
  return own.where((e) =>
    e.or([
      e.and([
        e('toId', 'is', null),
        owner
          ? e.lit(true)
          : e.or([e('meetingId', '=', meetingId), e('meetingId', 'in', meetingsOf(db, { roomId, personId }))]),
      ]),
      e.and([e('toId', 'is not', null), e.or([e('authorId', '=', personId), e('toId', '=', personId)])]),
    ]),
  );
}

/** The last messages, those before a number, or all that happened since a change; in order. */
export async function readChat(
  db: Db,
  who: Present,
  { before, since }: { before?: number | undefined; since?: number | undefined },
): Promise<{ messages: ChatMessage[]; more: boolean; upTo: number }> {
  // Before the messages: none that has a number up to this one can still be on its way.
  const counter = await db.selectFrom('chats').select('lastChange').where('roomId', '=', who.roomId).executeTakeFirst();
  const limit = since === undefined ? chatPage : catchUp;
  const query =
    since === undefined
      ? readable(db, who)
          .$if(before !== undefined, (q) => q.where('number', '<', before as number))
          .orderBy('number', 'desc')
      : readable(db, who).where('change', '>', since).orderBy('change');
  const rows = await query.limit(limit + 1).execute();
  const more = rows.length > limit;
  const messages = rows.slice(0, limit).map((row) => messageView(row, who.personId));
  if (since === undefined) return { messages: messages.reverse(), more, upTo: counter?.lastChange ?? 0 };
  return { messages, more, upTo: more ? (messages.at(-1)?.change ?? since) : (counter?.lastChange ?? 0) };
}

/** The next number of the room's chat; whoever asks for one waits until the transaction that has it is over. */
export async function nextChange(tx: Db, roomId: string): Promise<number> {
  const { lastChange } = await tx
    .insertInto('chats')
    .values({ roomId, lastChange: 1 })
    .onConflict((c) => c.column('roomId').doUpdateSet((e) => ({ lastChange: e('chats.lastChange', '+', 1) })))
    .returning('lastChange')
    .executeTakeFirstOrThrow();
  return lastChange;
}

/**
 * Keeps a message; one that was kept already is answered as it is.
 * @param readers who is there and not written down yet
 * @throws HubError not_found when it answers what its readers may not read
 */
export function sendMessage(
  db: Db,
  who: Present,
  input: {
    clientId: string;
    text: string;
    to?: { personId: string; name: string } | undefined;
    replyTo?: number;
    /** What is sent with it; asked for once all else is right, in the same transaction. */
    file?: ((tx: Db) => Promise<MessageFile>) | undefined;
  },
  readers: readonly string[],
): Promise<{ row: MessageRow; isNew: boolean }> {
  const { roomId, meetingId, breakout, personId } = who;
  return db.transaction().execute(async (tx) => {
    const change = await nextChange(tx, roomId);
    const sent = await tx
      .selectFrom('chatMessages')
      .selectAll()
      .where('roomId', '=', roomId)
      .where('authorId', '=', personId)
      .where('clientId', '=', input.clientId)
      .executeTakeFirst();
    if (sent) return { row: sent, isNew: false };
    const words = { authorId: personId, toId: input.to?.personId ?? null };
    if (input.replyTo !== undefined && !mayAnswer(await find(tx, who, input.replyTo), words))
      throw new HubError('not_found', 'the message is not for everybody');
    const file = input.file ? await input.file(tx) : noFile;
    const row: MessageRow = {
      ...{ roomId, meetingId, breakout, number: change, change, clientId: input.clientId, text: input.text },
      ...words,
      authorName: who.name,
      toName: input.to?.name ?? null,
      replyTo: input.replyTo ?? null,
      sentAt: Date.now(),
      editedAt: null,
      deletedAt: null,
      ...file,
    };
    await tx.insertInto('chatMessages').values(row).execute();
    await writeDown(tx, who, readers);
    return { row, isNew: true };
  });
}

/** @throws HubError not_found, forbidden for another's message */
export function editMessage(db: Db, who: Present, number: number, text: string): Promise<MessageRow> {
  return changeMessage(db, who, number, (row) => {
    const no = refuseToEdit(row, who.personId);
    if (no) throw no;
    return { text, editedAt: Date.now() };
  });
}

/**
 * Its text is gone for good, and nobody opens its file here any more.
 * @param withdrawn told of the file, in the same transaction
 * @throws HubError not_found, forbidden for another's message unless one is in charge
 */
export function deleteMessage(
  db: Db,
  who: Present,
  number: number,
  withdrawn?: (tx: Db, fileId: string) => Promise<void>,
): Promise<MessageRow> {
  return changeMessage(db, who, number, async (row, tx) => {
    const no = refuseToDelete(row, who);
    if (no) throw no;
    if (row.fileId !== null && row.fileWithdrawnAt === null) await withdrawn?.(tx, row.fileId);
    return { text: '', ...noFile, deletedAt: row.deletedAt ?? Date.now() };
  });
}

function changeMessage(
  db: Db,
  who: Present,
  number: number,
  decide: (row: MessageRow, tx: Db) => Partial<MessageRow> | Promise<Partial<MessageRow>>,
): Promise<MessageRow> {
  return db.transaction().execute(async (tx) => {
    // First, so that nobody else changes the message meanwhile.
    const change = await nextChange(tx, who.roomId);
    const set = { ...(await decide(await find(tx, who, number), tx)), change };
    return tx
      .updateTable('chatMessages')
      .set(set)
      .where('roomId', '=', who.roomId)
      .where('number', '=', number)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** @throws HubError not_found, for what others wrote to one another too */
async function find(db: Db, who: Present, number: number): Promise<MessageRow> {
  const row = await db
    .selectFrom('chatMessages')
    .selectAll()
    .where('roomId', '=', who.roomId)
    .where('number', '=', number)
    .executeTakeFirst();
  if (!row || !isSaidHere(row, who) || !mayRead(row, who.personId, await wasThere(db, who, row.meetingId)))
    throw new HubError('not_found', 'message');
  return row;
}
