import type { VroomRequest } from '@diwan/protocol/vroom.ts';
import { expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { localProblem } from '../../wire/problem.ts';
import type { MeetingState } from '../model/meeting.ts';
import { scriptedHub } from '../model/scripted-hub.ts';
import { createStore } from '../model/store.ts';
import { shareCopy } from './shared-copy.ts';

/** A hub that holds a document as the real one does. */
function withDocument() {
  const hub = scriptedHub();
  let doc = new Y.Doc();
  let documentId = 'first';
  hub.answers['document:open'] = ({ vector }) => ({
    documentId,
    update: Y.encodeStateAsUpdate(doc, vector as Uint8Array),
    vector: Y.encodeStateVector(doc),
    others: [],
  });
  hub.answers['document:update'] = (request: VroomRequest<'document:update'>) => {
    Y.applyUpdate(doc, request.update as Uint8Array);
    return {};
  };
  const meeting = createStore({
    phase: 'in',
    reconnecting: false,
    others: [{ id: 'karim', name: 'Karim', away: false }],
  } as unknown as MeetingState);
  const line = (open: boolean) => {
    hub.setLine(open);
    meeting.set({ reconnecting: !open });
  };
  const next = (id: string) => {
    documentId = id;
    doc = new Y.Doc();
  };
  return { hub, meeting, line, next, text: () => doc.getText('notes').toString(), doc: () => doc };
}
const soon = { timeout: 5000 };

it('R-34 what is written while the line is lost is sent when it is back, and what others wrote comes', async () => {
  const { hub, meeting, line, text, doc } = withDocument();
  const shared = shareCopy(meeting, hub.signal);
  await vi.waitFor(() => expect(shared.get().ready).toBe(true), soon);
  const { notes } = shared.get().copy;
  notes.insert(0, 'un');
  await vi.waitFor(() => expect(text()).toBe('un'), soon);
  line(false);
  notes.insert(2, ' deux');
  doc().getText('notes').insert(0, 'zéro ');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(text()).toBe('zéro un');
  line(true);
  await vi.waitFor(() => expect(text()).toBe('zéro un deux'), soon);
  expect(notes.toString()).toBe('zéro un deux');
  await vi.waitFor(() => expect(shared.get().sending).toBe(false), soon);
});

it('R-34 what the hub does not take is shown to who wrote it, and the copy is again as the hub’s', async () => {
  const { hub, meeting, text } = withDocument();
  const shared = shareCopy(meeting, hub.signal);
  await vi.waitFor(() => expect(shared.get().ready).toBe(true), soon);
  shared.get().copy.notes.insert(0, 'gardé');
  await vi.waitFor(() => expect(text()).toBe('gardé'), soon);
  const took = hub.answers['document:update'];
  hub.answers['document:update'] = () => Promise.reject(localProblem('host_forbids'));
  shared.get().copy.notes.insert(5, ' refusé');
  await vi.waitFor(() => expect(shared.get().lost).toEqual({ notes: 'gardé refusé', because: 'host_forbids' }), soon);
  if (took) hub.answers['document:update'] = took;
  await vi.waitFor(() => expect(shared.get().copy.notes.toString()).toBe('gardé'), soon);
  shared.forgetLost('notes');
  expect(shared.get().lost).toBe(null);
});

it('R-34 a drawing that the hub does not take is kept for who drew it, and is not given again', async () => {
  const { hub, meeting, doc } = withDocument();
  const shared = shareCopy(meeting, hub.signal);
  await vi.waitFor(() => expect(shared.get().ready).toBe(true), soon);
  const element = (id: string) => ({
    ...{ id, type: 'rectangle' as const, x: 1, y: 2, width: 3, height: 4, version: 1, versionNonce: 5 },
    isDeleted: false,
  });
  const kept = () => [...doc().getMap('board').keys()];
  shared.get().copy.board.set('one', element('one'));
  await vi.waitFor(() => expect(kept()).toEqual(['one']), soon);
  const took = hub.answers['document:update'];
  hub.answers['document:update'] = () => Promise.reject(localProblem('document_full'));
  shared.get().copy.board.set('two', element('two'));
  await vi.waitFor(() => expect(shared.get().lostBoard?.because).toBe('document_full'), soon);
  expect(shared.get().lostBoard?.elements.map(({ id }) => id)).toEqual(['one', 'two']);
  expect(shared.get().lost).toBe(null);
  if (took) hub.answers['document:update'] = took;
  await vi.waitFor(() => expect([...shared.get().copy.board.keys()]).toEqual(['one']), soon);
  shared.forgetLost('board');
  expect(shared.get().lostBoard).toBe(null);
  expect(kept()).toEqual(['one']);
});

it('R-34 notes of a meeting that is over do not come into the next one; what was not sent of them is shown', async () => {
  const { hub, meeting, line, next, text } = withDocument();
  const shared = shareCopy(meeting, hub.signal);
  await vi.waitFor(() => expect(shared.get().ready).toBe(true), soon);
  shared.get().copy.notes.insert(0, 'secret');
  await vi.waitFor(() => expect(text()).toBe('secret'), soon);
  line(false);
  shared.get().copy.notes.insert(6, ' et plus');
  next('second');
  line(true);
  await vi.waitFor(() => expect(shared.get().lost?.notes).toBe('secret et plus'), soon);
  await vi.waitFor(() => expect(shared.get().ready).toBe(true), soon);
  expect(shared.get().copy.notes.toString()).toBe('');
  expect(text()).toBe('');
});

it('R-34 others are where they are under the name that the meeting knows, and nowhere once they are gone', async () => {
  const { hub, meeting } = withDocument();
  const shared = shareCopy(meeting, hub.signal);
  await vi.waitFor(() => expect(shared.get().ready).toBe(true), soon);
  const { awareness } = shared.get().copy;
  const at = { cursor: null, pointer: { x: 1, y: 2, down: false } };
  hub.tell('document:shown', { participantId: 'karim', clientId: 7, at });
  hub.tell('document:shown', { participantId: 'nobody', clientId: 8, at });
  expect(awareness.states.get(7)).toMatchObject({ user: { name: 'Karim' }, pointer: at.pointer });
  expect(awareness.states.has(8)).toBe(false);
  shared.point({ x: 3, y: 4, down: true });
  await vi.waitFor(() => expect(hub.count('document:show')).toBeGreaterThan(0), soon);
  meeting.set({ others: [] });
  expect(awareness.states.has(7)).toBe(false);
  meeting.set({ phase: 'left' });
});

it('R-34 a large text goes up in pieces that each message may have', async () => {
  const { hub, meeting } = withDocument();
  const shared = shareCopy(meeting, hub.signal);
  await vi.waitFor(() => expect(shared.get().ready).toBe(true), soon);
  const sizes: [number, boolean][] = [];
  hub.answers['document:update'] = ({ update, more }: VroomRequest<'document:update'>) => {
    sizes.push([update.byteLength, more ?? false]);
    return {};
  };
  shared.get().copy.notes.insert(0, 'é'.repeat(150_000));
  await vi.waitFor(() => expect(sizes.at(-1)?.[1]).toBe(false), soon);
  expect(sizes.map(([, more]) => more)).toEqual([true, true, false]);
  expect(Math.max(...sizes.map(([size]) => size))).toBeLessThanOrEqual(128 * 1024);
});
