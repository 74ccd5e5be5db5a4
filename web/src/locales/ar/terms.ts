import type { terms as fr } from '../fr/terms.ts';
import type { Texts } from '../texts.ts';

export const terms: Texts<typeof fr> = {
  title: 'شروط الاستخدام العامة',
  version: 'النسخة {{version}}',
  inForce: 'سارية منذ {{date}}',
  download: 'تنزيل النص',
  scroll: 'نص شروط الاستخدام العامة',
  gateTitle: 'قبل المتابعة',
  gateLead: 'اقرأ شروط الاستخدام العامة واقبلها للوصول إلى اجتماعاتك وملفاتك.',
  gateAgain: 'نُشرت شروط جديدة للتو. اقبلها للعودة إلى حيث كنت.',
  proof: 'تُسجَّل موافقتك بتاريخ الخادم. ويبقى هذا النص متاحًا في كل وقت.',
  accept: 'أقبل وأؤكد',
  signOut: 'تسجيل الخروج',
  mine: 'لقد قبلت النسخة {{version}} في {{date}}.',
};
