import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The same for programs that show it. */
  html?: string;
  /** An iTIP message (RFC 5546): calendars take it as an invitation, a change or a cancellation. */
  calendar?: { method: 'REQUEST' | 'CANCEL'; content: string };
}
/** Sends one mail. @throws whatever the SMTP server answered */
export type Mailer = (mail: Mail) => Promise<void>;

/** Mail through an SMTP server, or as .eml files in a folder where none is set (a hub that runs out of the box). */
export function createMailer(settings: { smtpUrl: string | undefined; from: string; folder: string }): Mailer {
  const { smtpUrl, from, folder } = settings;
  const message = ({ calendar, ...mail }: Mail) => ({
    from,
    ...mail,
    ...(calendar ? { icalEvent: { filename: 'invitation.ics', ...calendar } } : {}),
  });
  if (smtpUrl) {
    const transport = createTransport({ url: smtpUrl, connectionTimeout: 10_000, socketTimeout: 20_000 });
    return async (mail) => {
      await transport.sendMail(message(mail));
    };
  }
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return async (mail) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const sent = await transport.sendMail(message(mail));
    await writeFile(path.join(folder, `${Date.now()}-${randomUUID()}.eml`), sent.message as Buffer, { mode: 0o600 });
  };
}
