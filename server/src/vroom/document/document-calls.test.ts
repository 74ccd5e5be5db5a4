import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { largestDocument, largestPiece } from '@diwan/protocol/vroom-document.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import * as Y from 'yjs';
import { openDatabase } from '../../db/database.ts';
import type { Actor, Guest } from '../../identity/actor.ts';
import { pastMeetings } from '../meetings/past-meetings.ts';
import { type Client, connect, settled, startHub, startHubOn, type TestHub } from '../test/meeting.ts';
import { resumedWithinMs } from './kept-documents.ts';
import { readBoard, readNotes } from './past-notes.ts';

let hub: TestHub;
let [amina, bilal, chafia]: Actor[] = [];
let roomId: string;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  [amina, bilal, chafia] = await Promise.all(['Amina', 'Bilal', 'Chafia'].map((name) => hub.person(name)));
  roomId = (await hub.vroom.createRoom(amina as Actor, { title: 'Conseil : budget/2027' })).id;
});

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) =>
      error instanceof HubError ? error.code : error.name === 'ZodError' ? 'bad_request' : Promise.reject(error),
  );

/** Somebody in the room with a copy of its document. */
interface Writer extends Client {
  id: string;
  doc: Y.Doc;
  documentId: string;
}
async function enter(actor: Actor | Guest | undefined, at = hub, doc = new Y.Doc()): Promise<Writer> {
  const client = connect(at.vroom, actor as Actor);
  const { self } = await client.join(roomId);
  return Object.assign(client, { id: self.id, ...(await open(client, doc)) });
}
async function open(client: Client, doc: Y.Doc): Promise<{ doc: Y.Doc; documentId: string }> {
  const vector = Y.encodeStateVector(doc);
  const answer = await client.call('document:open', { documentId: null, clientId: doc.clientID, vector });
  Y.applyUpdate(doc, answer.update);
  const lacking = Y.encodeStateAsUpdate(doc, answer.vector);
  // Two bytes say: nothing.
  if (lacking.byteLength > 2) await give(client, answer.documentId, lacking);
  return { doc, documentId: answer.documentId };
}
const give = (client: Client, documentId: string, update: Uint8Array) =>
  client.call('document:update', { documentId, update });
function typed({ doc }: { doc: Y.Doc }, text: string, at = 0): Uint8Array {
  const before = Y.encodeStateVector(doc);
  doc.getText('notes').insert(at, text);
  return Y.encodeStateAsUpdate(doc, before);
}
const write = (writer: Writer, text: string, at = 0) => give(writer, writer.documentId, typed(writer, text, at));
async function read(writer: Writer): Promise<string> {
  await settled();
  for (const { event, data } of writer.events) if (event === 'document:updated') Y.applyUpdate(writer.doc, data.update);
  return writer.doc.getText('notes').toString();
}
const guest = (name: string): Guest => ({ audience: 'guest', guestId: randomUUID(), roomId, name, language: 'fr' });
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
const stored = (of: TestHub = hub) =>
  of.db.selectFrom('meetingDocuments').selectAll().where('roomId', '=', roomId).orderBy('startedAt').execute();

it('R-34 what one writes the others have at once, with or without an account, and who comes later has it whole', async () => {
  await hub.vroom.configureRoom(amina as Actor, roomId, { guests: true });
  const [a, b, g] = [await enter(amina), await enter(bilal), await enter(guest('Yasmine'))];
  await write(a, '# Ordre du jour\n');
  await read(b);
  await write(b, '- مرحبا\n', 16);
  await read(g);
  await write(g, '- bonjour\n', 24);
  const whole = '# Ordre du jour\n- مرحبا\n- bonjour\n';
  for (const writer of [a, b, g, await enter(chafia)]) expect(await read(writer)).toBe(whole);
  await b.call('document:close', {});
  await write(a, 'x');
  expect(await read(b)).toBe(whole);
  expect(await code(write(b, 'y'))).toBe('document_out_of_step');
});

it('R-34 only who is in the meeting reads or writes its notes, and only those in charge when the host says so', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  const outside = connect(hub.vroom, chafia as Actor);
  const vector = Y.encodeStateVector(new Y.Doc());
  for (const call of [
    outside.call('document:open', { documentId: a.documentId, clientId: 7, vector }),
    give(outside, a.documentId, typed(a, 'x')),
    outside.call('document:file', { part: 'notes' }),
    outside.call('document:show', { at: { cursor: null, pointer: null } }),
  ])
    expect(await code(call)).toBe('not_in_room');
  const far = await hub.vroom.createRoom(chafia as Actor, { title: 'Ailleurs' });
  await outside.join(far.id);
  const mine = await open(outside, new Y.Doc());
  expect(await code(give(outside, a.documentId, typed(mine, 'x')))).toBe('document_out_of_step');

  await a.call('host:configure', { notes: false });
  expect(await code(write(b, 'malgré tout'))).toBe('host_forbids');
  const again = await enter(amina);
  await write(again, 'décidé : ');
  expect(await read(await enter(chafia))).toBe('décidé : ');
  await a.call('host:appoint', { participantId: b.id, role: 'cohost' });
  const cohost = await enter(bilal);
  expect(await code(write(cohost, 'oui'))).toBe('done');
});

const rectangle = (id: string) => ({
  ...{ id, type: 'rectangle', x: 0, y: 0, width: 5, height: 5, version: 1, versionNonce: 1, isDeleted: false },
});
function sketched({ doc }: { doc: Y.Doc }, element: { id: string }): Uint8Array {
  const before = Y.encodeStateVector(doc);
  doc.getMap('board').set(element.id, element);
  return Y.encodeStateAsUpdate(doc, before);
}
const onBoard = async (writer: Writer) => {
  await read(writer);
  return [...writer.doc.getMap('board').keys()].sort();
};

it('R-34 R-33 who may not write does not draw either, whatever their page says; those in charge do, and others hear that somebody draws', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  const c = connect(hub.vroom, chafia as Actor);
  await c.join(roomId);
  await give(b, b.documentId, sketched(b, rectangle('theirs')));
  // She has no copy of it.
  expect(await c.next('board:drawn')).toEqual({ participantId: b.id });
  await a.call('host:configure', { notes: false });
  expect(await code(give(b, b.documentId, sketched(b, rectangle('in vain'))))).toBe('host_forbids');
  const stretched = { ...rectangle('theirs'), version: 9, width: 500 };
  expect(await code(give(b, b.documentId, sketched(b, stretched)))).toBe('host_forbids');
  expect(await onBoard(a)).toEqual(['theirs']);
  expect(await code(give(a, a.documentId, sketched(a, rectangle('decided'))))).toBe('done');
  const reader = await enter(bilal);
  expect(await onBoard(reader)).toEqual(['decided', 'theirs']);
  for (const lie of [
    { ...rectangle('picture'), type: 'image' },
    { ...rectangle('page'), type: 'embeddable' },
    { ...rectangle('line'), type: 'line', points: ['x'] },
  ]) {
    const liar = await enter(amina);
    expect(await code(give(liar, liar.documentId, sketched(liar, lie)))).toBe('bad_request');
  }
  expect(await onBoard(await enter(bilal))).toEqual(['decided', 'theirs']);
});

it('R-34 R-33 who may draw puts the board on everybody’s stage; it is taken off by them, by those in charge, and by no other while they are there', async () => {
  const [a, b, c] = [await enter(amina), await enter(bilal), await enter(chafia)];
  await a.call('host:configure', { notes: false });
  expect(await code(b.call('board:show', { shown: true }))).toBe('host_forbids');
  await a.call('host:configure', { notes: true });
  await b.call('board:show', { shown: true });
  const board = { participantId: b.id, name: 'Bilal' };
  expect(await c.next('board:shown')).toEqual({ board });
  await b.call('board:show', { shown: true });
  expect((await connect(hub.vroom, await hub.person('Dalila')).join(roomId)).board).toEqual(board);
  expect(await code(c.call('board:show', { shown: false }))).toBe('forbidden');
  await a.call('board:show', { shown: false });
  expect(await c.next('board:shown')).toEqual({ board: null });
  await b.call('board:show', { shown: true });
  await b.call('board:show', { shown: false });
  await b.call('board:show', { shown: true });
  await b.call('room:leave', {});
  expect(await code(c.call('board:show', { shown: false }))).toBe('done');
  const outside = connect(hub.vroom, bilal as Actor);
  expect(await code(outside.call('board:show', { shown: true }))).toBe('not_in_room');
  const rooms = [
    { name: 'Groupe 1', people: [c.id] },
    { name: 'Groupe 2', people: [] },
  ];
  await a.call('breakout:open', { rooms, minutes: null, choose: false });
  await a.call('board:show', { shown: true });
  const apart = connect(hub.vroom, chafia as Actor);
  expect((await apart.join(roomId)).board).toBe(null);
});

it('R-34 where others are is told under their own place in the meeting, nobody takes another’s copy for theirs', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  const at = { cursor: null, pointer: { x: 10, y: -4, down: false } };
  await b.call('document:show', { at });
  expect(await a.next('document:shown')).toEqual({ participantId: b.id, clientId: b.doc.clientID, at });
  const c = connect(hub.vroom, chafia as Actor);
  await c.join(roomId);
  const vector = Y.encodeStateVector(new Y.Doc());
  const opening = { documentId: null, vector };
  expect(await code(c.call('document:open', { ...opening, clientId: b.doc.clientID }))).toBe('bad_request');
  const { others } = await c.call('document:open', { ...opening, clientId: 5 });
  expect(others).toEqual([{ participantId: b.id, clientId: b.doc.clientID, at }]);
  for (const lie of [
    { ...at, name: 'Amina' },
    { cursor: 3, pointer: null },
    { cursor: null, pointer: { x: 1 / 0 } },
  ])
    expect(await code(c.call('document:show', { at: lie as typeof at }))).toBe('bad_request');
});

it('R-34 large changes come in pieces; too much at once, or too often, is refused', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  const update = typed(a, 'é'.repeat(90_000));
  const { documentId } = a;
  expect(await code(give(a, documentId, update))).toBe('bad_request');
  await a.call('document:update', { documentId, update: update.slice(0, largestPiece), more: true });
  await a.call('document:update', { documentId, update: update.slice(largestPiece) });
  expect((await read(b)).length).toBe(90_000);
  const piece = { documentId, update: new Uint8Array(largestPiece), more: true };
  const answers = [];
  for (let sent = 0; sent <= largestDocument; sent += largestPiece)
    answers.push(await code(b.call('document:update', piece)));
  expect(answers.at(-1)).toBe('document_full');
  const flood = await Promise.all(Array.from({ length: 450 }, () => code(b.call('document:update', piece))));
  expect(flood).toContain('too_many_attempts');
  expect(await code(write(a, 'les autres écrivent'))).toBe('done');
});

it('R-34 at the end the host finds notes and drawing among their files, those who were there may read them, and the next meeting begins anew', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  await write(b, 'Décision : oui');
  const element = { id: 'e1', type: 'ellipse', x: 0, y: 0, width: 5, height: 5, version: 1, versionNonce: 1 };
  const before = Y.encodeStateVector(a.doc);
  a.doc.getMap('board').set('e1', { ...element, isDeleted: false });
  await give(a, a.documentId, Y.encodeStateAsUpdate(a.doc, before));
  const [late] = [await enter(chafia)];
  await a.call('host:remove', { participantId: late.id });
  await a.call('host:end', {});
  await until(() => hub.files.filter(({ accountId }) => accountId === amina?.accountId).length === 2);
  const [notes, board] = hub.files.filter(({ accountId }) => accountId === amina?.accountId);
  expect(notes?.name).toMatch(/^Conseil budget 2027 – \d{4}-\d\d-\d\d \d\d\.\d\d\.md$/);
  expect(notes?.text).toBe('Décision : oui\n');
  expect(board?.name).toMatch(/\.excalidraw$/);
  expect(JSON.parse(board?.text ?? '')).toMatchObject({ type: 'excalidraw', elements: [element] });
  const [row] = await stored();
  expect(row).toMatchObject({ hasNotes: 1, hasBoard: 1, endedAt: expect.any(Number), filedAt: expect.any(Number) });
  const readers = await hub.db.selectFrom('meetingPeople').select('personId').where('roomId', '=', roomId).execute();
  const those = [amina, bilal].map((person) => (person as Actor).accountId);
  expect(readers.map(({ personId }) => personId).sort()).toEqual(those.sort());

  const meetings = (await pastMeetings(hub.db, bilal as Actor, { limit: 1 })).meetings;
  const [id] = (meetings[0]?.notes ?? []).map((each) => each.id);
  for (const person of [amina, bilal])
    expect(await readNotes(hub.db, (person as Actor).accountId, id as string)).toMatchObject({
      text: 'Décision : oui',
    });
  const [drawn] = (meetings[0]?.boards ?? []).map((each) => each.id);
  for (const person of [amina, bilal])
    expect(await readBoard(hub.db, (person as Actor).accountId, drawn as string)).toMatchObject({
      elements: [{ ...element, isDeleted: false }],
    });
  expect(await code(readBoard(hub.db, (chafia as Actor).accountId, drawn as string))).toBe('not_found');
  // She was there, and was sent away.
  expect((await pastMeetings(hub.db, chafia as Actor, { limit: 1 })).meetings[0]?.notes).toEqual([]);
  expect(await code(readNotes(hub.db, (chafia as Actor).accountId, id as string))).toBe('not_found');

  const next = await enter(bilal);
  expect(await read(next)).toBe('');
  expect(next.documentId).not.toBe(a.documentId);
  await next.call('room:leave', {});
  await until(async () => (await stored()).length === 1);
});

it('R-34 R-33 a breakout room writes its own, which the host finds by its name, and the main room’s is as it was', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  await write(a, 'pour tous');
  await a.call('breakout:open', {
    rooms: [
      { name: 'Groupe 1', people: [b.id] },
      { name: 'Groupe 2', people: [] },
    ],
    minutes: null,
    choose: false,
  });
  expect(await code(write(b, 'encore ici'))).toBe('not_in_room');
  const apart = connect(hub.vroom, bilal as Actor);
  await apart.join(roomId);
  const group = Object.assign(apart, { id: b.id, ...(await open(apart, new Y.Doc())) });
  expect(group.documentId).not.toBe(a.documentId);
  expect(await read(group)).toBe('');
  await write(group, 'entre nous');
  expect(await read(a)).toBe('pour tous');
  await a.call('breakout:close', {});
  await until(() => hub.files.some(({ accountId }) => accountId === amina?.accountId));
  expect(hub.files.at(-1)).toMatchObject({
    name: expect.stringMatching(/^Conseil budget 2027 – Groupe 1 – /),
    text: 'entre nous\n',
  });
});

it('R-34 saved by somebody it is theirs alone, under the same name each time; a guest has no files', async () => {
  await hub.vroom.configureRoom(amina as Actor, roomId, { guests: true });
  const [a, b, g] = [await enter(amina), await enter(bilal), await enter(guest('Yasmine'))];
  await write(b, 'un');
  const first = await b.call('document:file', { part: 'notes' });
  await write(b, 'deux ');
  expect(await b.call('document:file', { part: 'notes' })).toEqual(first);
  expect(hub.files.slice(-2).map(({ accountId, text }) => [accountId, text])).toEqual([
    [bilal?.accountId, 'un\n'],
    [bilal?.accountId, 'deux un\n'],
  ]);
  expect(await code(g.call('document:file', { part: 'notes' }))).toBe('forbidden');
  expect(a.documentId).toBe(b.documentId);
});

it('R-34 a hub that goes leaves the document to the next one, for those of the meeting; long after, it is over', async () => {
  const db = await openDatabase(':memory:');
  const first = await startHubOn(db);
  amina = await first.person('Amina');
  bilal = await first.person('Bilal');
  roomId = (await first.vroom.createRoom(amina, { title: 'Conseil' })).id;
  const a = await enter(amina, first);
  const b = await enter(bilal, first);
  await write(a, 'avant');
  expect(await read(b)).toBe('avant');
  await first.vroom.close();
  expect(await stored(first)).toMatchObject([{ hasNotes: 1, endedAt: null }]);

  const second = await startHubOn(db);
  // What Bilal typed meanwhile comes with him.
  typed(b, ' et pendant', 5);
  b.doc.clientID = new Y.Doc().clientID;
  const back = await enter(bilal, second, b.doc);
  expect(back.documentId).toBe(a.documentId);
  expect(await read(await enter(amina, second))).toBe('avant et pendant');
  const people = await db.selectFrom('meetingPeople').select('meetingId').distinct().execute();
  expect(people.length).toBe(2);
  await second.vroom.close();

  await db
    .updateTable('meetingDocuments')
    .set((e) => ({ seenAt: e('seenAt', '-', 2 * resumedWithinMs + 1) }))
    .execute();
  const third = await startHubOn(db);
  await until(() => third.files.length === 1);
  expect(third.files).toMatchObject([{ accountId: amina.accountId, text: 'avant et pendant\n' }]);
  expect(await read(await enter(bilal, third))).toBe('');
  await third.close();
});
