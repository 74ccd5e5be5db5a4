import type { notices as fr } from '../fr/notices.ts';
import type { Texts } from '../texts.ts';

export const notices: Texts<typeof fr> = {
  region: 'Notices from the operator',
  severity: { info: 'Information', warning: 'Warning', critical: 'Urgent' },
  service: { portal: 'Portal', vroom: 'Meetings', ibox: 'Files' },
  upcoming: 'In {{countdown}}',
  ongoing: 'Under way, {{countdown}} left',
  window: 'From {{start}} to {{end}}',
  sameDay: 'On {{day}}, from {{start}} to {{end}}',
  dismiss: 'Hide the notice',
  new: 'New notice: {{text}}',
};
