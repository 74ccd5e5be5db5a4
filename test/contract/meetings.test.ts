import ICAL from 'ical.js';
import type { ParsedMail } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type MailSink, startMailSink } from '../services/mail-sink.ts';
import { type Client, call, connected, next, signedInAdmin, signedInPerson } from './client.ts';

let mail: MailSink;
let hub: Hub;
let admin: Client;
let amina: Client;
let karim: Client;
let lina: Client;

beforeAll(async () => {
  mail = await startMailSink();
  hub = await startHub({ SMTP_URL: mail.url });
  admin = await signedInAdmin(hub);
  [amina, karim, lina] = (await Promise.all(
    ['amina', 'karim', 'lina'].map((name) => signedInPerson(hub, admin, `${name}@example.dz`, name)),
  )) as [Client, Client, Client];
}, 120_000);
afterAll(async () => {
  await hub?.stop();
  await mail?.stop();
});

const inAYear = `${new Date().getUTCFullYear() + 1}-03-01T10:30`;
const draft = {
  ...{ title: 'Conseil', description: '', start: inAYear, timeZone: 'Europe/Paris', minutes: 60 },
  repeat: { frequency: 'weekly', every: 1, days: ['MO', 'TH'], end: { count: 4 } },
  invitees: ['karim@example.dz', 'nadia@ailleurs.dz'],
};

function calendarOf({ attachments }: ParsedMail) {
  const file = attachments.find(({ contentType }) => contentType.startsWith('text/calendar'));
  const calendar = new ICAL.Component(ICAL.parse(file?.content.toString('utf8') ?? ''));
  const event = calendar.getFirstSubcomponent('vevent');
  const value = (name: string) => event?.getFirstPropertyValue(name)?.toString();
  return { method: calendar.getFirstPropertyValue('method'), uid: value('uid'), sequence: value('sequence') };
}
const mailTo = (address: string, start: string) =>
  mail.mailWhere(({ to, subject }) => [to].flat()[0]?.text === address && (subject ?? '').startsWith(start));

describe('meetings that are planned', () => {
  it('R-30 a series is planned, mailed by SMTP, changed and cancelled; screens hear of each; nobody else sees it', async () => {
    const screen = karim.socket();
    await connected(screen);
    const heard = next(screen, 'meetings:changed');
    const made = await amina.post('/api/meetings', draft);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { id } = made.body;
    expect(made.body.upcoming.length).toBe(4);
    await heard;
    expect((await karim.get('/api/meetings')).body).toMatchObject([{ id, ownerName: 'amina', invitees: [] }]);
    expect((await lina.get('/api/meetings')).body).toEqual([]);

    const first = await mailTo('nadia@ailleurs.dz', 'Invitation');
    expect(first.text).toContain(`${hub.url}/meet/${id}`);
    expect(first.html).toContain(`href="${hub.url}/meet/${id}"`);
    expect(calendarOf(first)).toEqual({ method: 'REQUEST', uid: `${id}@diwan`, sequence: '0' });

    const path = `/api/meetings/${id}`;
    const statuses = async (who: Client) =>
      Promise.all([
        who.get(path).then(({ status }) => status),
        who.get(`${path}/calendar`).then(({ status }) => status),
        who.request('PUT', path, draft).then(({ status }) => status),
        who.request('DELETE', `${path}/occurrences/${made.body.upcoming[1].date}`).then(({ status }) => status),
        who.request('DELETE', path).then(({ status }) => status),
      ]);
    expect(await statuses(lina)).toEqual([404, 404, 404, 404, 404]);
    expect(await statuses(admin)).toEqual([404, 404, 404, 404, 404]);
    expect(await statuses(karim)).toEqual([200, 200, 403, 403, 403]);
    const file = await karim.get(`${path}/calendar`);
    expect(file.headers.get('content-type')).toContain('text/calendar');
    expect(file.headers.get('content-disposition')).toContain('attachment');

    const changed = await amina.request('PUT', path, { ...draft, title: 'Conseil élargi' });
    expect(changed.body).toMatchObject({ id, title: 'Conseil élargi' });
    expect(calendarOf(await mailTo('karim@example.dz', 'Réunion modifiée : Conseil élargi'))).toEqual({
      ...{ method: 'REQUEST', uid: `${id}@diwan`, sequence: '1' },
    });
    const date = made.body.upcoming[1].date;
    expect((await amina.request('DELETE', `${path}/occurrences/${date}`)).status).toBe(204);
    expect(calendarOf(await mailTo('nadia@ailleurs.dz', 'Séance annulée')).method).toBe('CANCEL');
    expect((await karim.get(path)).body.upcoming.length).toBe(3);
    expect((await amina.request('DELETE', path)).status).toBe(204);
    expect(calendarOf(await mailTo('nadia@ailleurs.dz', 'Réunion annulée'))).toMatchObject({ sequence: '3' });
    expect((await karim.get(path)).status).toBe(404);
    expect((await karim.get(`/api/rooms/${id}`)).status).toBe(404);
    screen.disconnect();
  });

  it('R-30 what is wrong is refused by name; whether an address has an account does not show', async () => {
    const refused = async (patch: object) => (await amina.post('/api/meetings', { ...draft, ...patch })).body.code;
    expect(await refused({ timeZone: 'Mars/Olympus' })).toBe('bad_request');
    expect(await refused({ timeZone: '+01:00' })).toBe('bad_request');
    expect(await refused({ start: '2027-02-30T10:00' })).toBe('bad_request');
    expect(await refused({ minutes: 0 })).toBe('bad_request');
    expect(await refused({ ownerId: 'x' })).toBe('bad_request');
    expect(await refused({ repeat: { frequency: 'weekly', every: 1, days: [], end: null } })).toBe('bad_request');
    expect(await refused({ start: '2020-01-01T10:00', repeat: null })).toBe('meeting_past');
    const known = await amina.post('/api/meetings', { ...draft, invitees: ['lina@example.dz'] });
    const unknown = await amina.post('/api/meetings', { ...draft, invitees: ['personne@example.dz'] });
    const shape = ({ body }: typeof known) => ({ ...body, id: '', invitees: [] });
    expect(shape(known)).toEqual(shape(unknown));
  });

  it('R-30 a meeting goes on without its mail server; a personal room outlives each of its meetings, which are past ones then', async () => {
    const room = (await amina.get('/api/rooms/personal')).body;
    expect((await amina.get('/api/rooms/personal')).body.id).toBe(room.id);
    expect((await amina.get('/api/rooms')).body).toEqual([]);
    const socket = amina.socket();
    await connected(socket);
    const started = next(socket, 'meetings:changed');
    expect(await call(socket, 'room:join', { roomId: room.id })).toMatchObject({ ok: true });
    await started;
    const over = next(socket, 'meetings:changed');
    expect((await amina.request('DELETE', `/api/rooms/${room.id}`)).status).toBe(204);
    await over;
    expect((await amina.get(`/api/rooms/${room.id}`)).status).toBe(200);
    expect(await call(socket, 'room:join', { roomId: room.id })).toMatchObject({ ok: true });
    // A hub that is told to end writes down who was still there.
    await hub.restart();
    const { body } = await amina.get('/api/meetings/past');
    expect(body).toMatchObject({
      meetings: [
        { roomId: room.id, people: [{ name: 'amina' }] },
        { roomId: room.id, people: [{ name: 'amina' }] },
      ],
      next: null,
    });
    expect((await karim.get('/api/meetings/past')).body.meetings).toEqual([]);
    socket.disconnect();

    await mail.stop();
    const made = await amina.post('/api/meetings', draft);
    expect(made.status).toBe(201);
    expect((await karim.get(`/api/meetings/${made.body.id}`)).status).toBe(200);
  });
});
