import type { notices as fr } from '../fr/notices.ts';
import type { Texts } from '../texts.ts';

export const notices: Texts<typeof fr> = {
  region: 'إعلانات المشغّل',
  severity: { info: 'معلومة', warning: 'تنبيه', critical: 'عاجل' },
  service: { portal: 'البوابة', vroom: 'الاجتماعات', ibox: 'الملفات' },
  upcoming: 'بعد {{countdown}}',
  ongoing: 'جارٍ الآن، يتبقى {{countdown}}',
  window: 'من {{start}} إلى {{end}}',
  sameDay: 'يوم {{day}}، من {{start}} إلى {{end}}',
  dismiss: 'إخفاء الإعلان',
  new: 'إعلان جديد: {{text}}',
};
