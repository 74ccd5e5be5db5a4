import { createTransport } from 'nodemailer';
import { expect, it } from 'vitest';
import { startMailSink } from './mail-sink.ts';

it('the mail sink receives what nodemailer sends, and stops', async () => {
  const sink = await startMailSink();
  const arrived = sink.mailWhere((mail) => mail.subject === 'Réunion');
  const transport = createTransport(sink.url);
  await transport.sendMail({ from: 'a@diwan.test', to: 'b@diwan.test', subject: 'Autre', text: '1' });
  await transport.sendMail({ from: 'a@diwan.test', to: 'b@diwan.test', subject: 'Réunion', text: 'أهلا' });
  expect((await arrived).text?.trim()).toBe('أهلا');
  expect(sink.mails.map((mail) => mail.subject)).toEqual(['Autre', 'Réunion']);
  await sink.stop();
  await expect(transport.verify()).rejects.toThrow(/ECONNREFUSED/);
});
