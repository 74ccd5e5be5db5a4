import type { ChatMessage } from '@diwan/protocol/vroom-chat.ts';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { localProblem } from '../../wire/problem.ts';
import { createChat, merged, newId } from './chat.ts';
import { scriptedHub } from './scripted-hub.ts';

const said = (number: number, more: Partial<ChatMessage> = {}): ChatMessage => ({
  ...{ number, change: number, name: 'Bilal', own: false, clientId: null, to: null, text: `${number}`, file: null },
  ...{ replyTo: null, sentAt: 1, editedAt: null, deleted: false },
  ...more,
});
const settled = (check: () => void) => vi.waitFor(check, { timeout: 5000 });
const texts = (chat: ReturnType<typeof createChat>) => chat.get().messages.map(({ text }) => text);

it('R-34 whatever is heard in whatever order, each message is there once, in order, as it was last', () => {
  const message = fc.record({ number: fc.integer({ min: 1, max: 5 }), edits: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(fc.array(message), (list) => {
      const heard = list.map(({ number, edits }) => said(number, { change: number + 10 * edits }));
      const all = heard.reduce<ChatMessage[]>((known, each) => merged(known, [each]), []);
      const numbers = [...new Set(heard.map(({ number }) => number))].sort();
      expect(all.map(({ number }) => number)).toEqual(numbers);
      for (const { number, change } of all)
        expect(change).toBe(Math.max(...heard.filter((h) => h.number === number).map((h) => h.change)));
    }),
  );
});

it('R-34 after a lost line what was missed is asked by number, though a later message was heard before the answer', async () => {
  const hub = scriptedHub();
  const chat = createChat(hub.signal);
  hub.answers['chat:read'] = () => ({ messages: [said(1)], more: false, upTo: 1 });
  chat.entered();
  await settled(() => expect(chat.get().ready).toBe(true));
  expect(chat.get().unread, 'what was there already is no news').toBe(0);
  hub.tell('chat:message', said(2));
  expect(chat.get()).toMatchObject({ unread: 1, news: { number: 2 } });

  hub.setLine(false);
  hub.setLine(true);
  const pages = [
    { messages: [said(3)], more: true, upTo: 3 },
    { messages: [said(1, { change: 4, text: 'autrement' }), said(5)], more: false, upTo: 5 },
  ];
  const asked: unknown[] = [];
  hub.answers['chat:read'] = (request) => {
    asked.push(request);
    return pages.shift() ?? { messages: [], more: false, upTo: 5 };
  };
  chat.entered();
  hub.tell('chat:message', said(5));
  await settled(() => expect(texts(chat)).toEqual(['autrement', '2', '3', '5']));
  expect(asked).toEqual([{ since: 2 }, { since: 3 }]);
  expect(chat.get().unread).toBe(3);
  chat.look(true);
  hub.tell('chat:message', said(6));
  expect(chat.get().unread).toBe(0);
  chat.stop();
});

it('R-34 a message without an answer waits for the line and is sent again under the same id; a refused one waits for its writer', async () => {
  const hub = scriptedHub();
  const chat = createChat(hub.signal);
  chat.entered();
  await settled(() => expect(chat.get().ready).toBe(true));
  let lost = false;
  hub.answers['chat:send'] = ({ clientId, text }) => {
    if (lost) return { message: said(7, { own: true, clientId, text }) };
    lost = true;
    throw localProblem('unavailable');
  };
  chat.send('bonjour', null, null);
  await settled(() => expect(lost).toBe(true));
  await new Promise((done) => setTimeout(done));
  expect(chat.get().drafts).toMatchObject([{ text: 'bonjour', fault: null }]);
  chat.entered();
  await settled(() => expect(texts(chat)).toEqual(['bonjour']));
  expect(chat.get().drafts).toEqual([]);
  const ids = hub.calls.filter(({ event }) => event === 'chat:send').map(({ request }) => request.clientId);
  expect(new Set(ids).size).toBe(1);

  hub.answers['chat:send'] = () => {
    throw localProblem('host_forbids', 403);
  };
  chat.send('quand même', { id: 'bilal', name: 'Bilal' }, 7);
  await settled(() => expect(chat.get().drafts).toMatchObject([{ fault: 'host_forbids' }]));
  const { clientId } = chat.get().drafts[0] as { clientId: string };
  chat.entered();
  await new Promise((done) => setTimeout(done, 20));
  expect(hub.count('chat:send')).toBe(3);
  chat.discard(clientId);
  expect(chat.get().drafts).toEqual([]);
  chat.stop();
});

it('R-34 ids are those of RFC 9562', () => {
  for (let i = 0; i < 50; i++)
    expect(newId()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
