import type { home as fr } from '../fr/home.ts';
import type { Texts } from '../texts.ts';

export const home: Texts<typeof fr> = {
  greeting: { morning: 'صباح الخير {{name}}', evening: 'مساء الخير {{name}}' },
  files: { title: 'ملفاتك', open: 'فتح ملفاتي' },
  sync: {
    title: 'مجلد محدَّث دائمًا',
    hint: 'ثبّت برنامج المزامنة على حواسيبك، ثم اسمح لها من هنا.',
    open: 'ربط جهاز',
  },
};
