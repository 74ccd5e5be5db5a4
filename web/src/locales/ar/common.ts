import type { common as fr } from '../fr/common.ts';
import type { Texts } from '../texts.ts';

export const common: Texts<typeof fr> = {
  nav: {
    label: 'التنقل الرئيسي',
    home: 'الرئيسية',
    meetings: 'الاجتماعات',
    files: 'الملفات',
    admin: 'الإدارة',
    skip: 'الانتقال إلى المحتوى',
  },
  language: 'اللغة',
  scheme: { toDark: 'التبديل إلى المظهر الداكن', toLight: 'التبديل إلى المظهر الفاتح' },
  menu: { label: 'حسابي', account: 'حسابي', device: 'ربط جهاز', signOut: 'تسجيل الخروج' },
  connection: { lost: 'انقطع الاتصال. جارٍ إعادة الاتصال…' },
  footer: { terms: 'شروط الاستخدام العامة', support: 'راسلنا' },
  action: {
    cancel: 'إلغاء',
    close: 'إغلاق',
    save: 'حفظ',
    retry: 'إعادة المحاولة',
    back: 'رجوع',
    home: 'العودة إلى الرئيسية',
    more: 'عرض المزيد',
  },
  state: {
    loading: 'جارٍ التحميل…',
    failed: 'تعذّر التحميل',
    crashed: 'حدثت مشكلة في هذه الصفحة',
    crashedHint: 'بياناتك سليمة. أعد تحميل الصفحة، وإن تكرر الأمر فراسلنا.',
    reload: 'إعادة تحميل الصفحة',
    notFound: 'الصفحة غير موجودة',
    notFoundHint: 'قد يكون العنوان ناقصًا، أو لم تعد الصفحة موجودة.',
    offline: 'الخادم لا يستجيب. تحقّق من اتصالك.',
  },
};
