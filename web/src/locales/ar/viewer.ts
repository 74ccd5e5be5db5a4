import type { viewer as fr } from '../fr/viewer.ts';
import type { Texts } from '../texts.ts';

export const viewer: Texts<typeof fr> = {
  close: 'إغلاق المعاينة',
  previous: 'الملف السابق',
  next: 'الملف التالي',
  place: '{{number}} / {{count}}',
  download: 'تنزيل',
  player: 'مشغّل {{name}}',
  none: 'لا تتوفر معاينة لهذا الملف',
  noneHint: 'نزّله لفتحه بتطبيق على جهازك.',
  truncated: 'يُعرض أول النص فقط. نزّل الملف لقراءته كاملًا.',
  gone: 'لم يعد هذا الملف في هذا المجلد',
};
