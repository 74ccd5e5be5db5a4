import type { LiveStatus, Pause } from '../state/live-status.ts';
import type { LogEntry } from '../state/pair-log.ts';
import type { Language } from './language.ts';

// What the agent says of its own: pauses, states, what was done, why something was left.

const fr = {
  pauses: {
    person: 'En pause à votre demande. Pour reprendre : diwan-sync resume',
    offline: 'Serveur injoignable ; nouvel essai automatique.',
    maintenance: 'Service en maintenance ; la synchronisation reprendra d’elle-même.',
    cgu_required: 'Conditions générales d’utilisation à accepter dans le navigateur.',
    signed_out: 'Cet ordinateur n’est pas connecté : diwan-sync login ADRESSE_DU_SERVEUR',
    root_gone:
      'Le dossier du serveur n’y est plus, ou ne vous est plus ouvert. Rien n’est supprimé ici ; diwan-sync remove DOSSIER pour ne plus l’attendre.',
    root_missing: 'Le dossier est introuvable (disque non monté ?). Rien n’est supprimé.',
    brake:
      'La plupart des fichiers seraient supprimés. Si c’est voulu : diwan-sync sync --once --force (agent arrêté) ou diwan-sync run --force',
    disk_full: 'Disque plein. La synchronisation reprendra dès qu’il y aura de la place.',
    busy: 'Un autre agent synchronise déjà ce dossier.',
    error: 'Erreur ; nouvel essai automatique.',
  } satisfies Record<Pause['why'], string>,
  until: (time: string) => `jusqu’à ${time}`,
  phases: {
    checking: 'vérification',
    transferring: 'transfert',
    synced: 'à jour',
    incomplete: 'à jour, sauf les fichiers listés',
    paused: 'en pause',
    stopped: 'arrêté',
  } satisfies Record<LiveStatus['phase'], string>,
  deeds: {
    upload: 'envoyé',
    download: 'reçu',
    move: 'déplacé',
    remove: 'supprimé',
    'make-folder': 'dossier créé',
    set: 'droit d’exécution changé',
    conflict: 'conflit',
    pause: 'pause',
    resume: 'reprise',
    problem: 'laissé',
    recheck: 'tout est revérifié',
  } satisfies Record<LogEntry['did'], string>,
  sides: { here: 'ici', there: 'sur le serveur' } satisfies Record<NonNullable<LogEntry['side']>, string>,
  synced: (n: number) => (n === 0 ? 'À jour.' : `À jour (${n} ${n === 1 ? 'opération' : 'opérations'}).`),
  resumed: 'La synchronisation reprend.',
  conflict: (path: string, copy: string) => `Deux versions de ${path} : la vôtre est gardée sous « ${copy} ».`,
  incomplete: 'Non synchronisés :',
  watchLimited:
    'La limite de surveillance du système est atteinte (fs.inotify.max_user_watches) : le dossier est relu régulièrement, les changements arrivent plus lentement.',
  notice: (text: string, from: string, to: string) => `ANNONCE : ${text} (du ${from} au ${to})`,
  acceptCgu: (hub: string) =>
    `Les conditions générales d’utilisation sont à accepter : ouvrez ${hub} dans votre navigateur, lisez-les et validez. La synchronisation reprendra d’elle-même.`,
  reasons: {
    symlink: 'lien symbolique',
    special: 'fichier spécial',
    unreadable: 'illisible (droits ?)',
    changing: 'en cours d’écriture',
    name_unreadable: 'nom illisible',
    other_filesystem: 'autre disque monté ici',
    name_not_possible: 'nom impossible sur cet ordinateur',
    name_in_use: 'nom déjà pris ici par autre chose',
    shared_folder:
      'dossier partagé : laissé tel quel ici ; se synchronise à part (diwan-sync add DOSSIER --folder CHEMIN)',
    excluded_folder: 'à la place d’un dossier du serveur que vous n’avez pas voulu ici ; laissé tel quel',
    newer_on_hub: 'le serveur en a une version plus récente ; ce dossier ne fait qu’envoyer',
    not_empty: 'plus voulu ici, mais il y reste des fichiers qui ne sont pas synchronisés',
    name_invalid: 'nom refusé par le serveur',
    too_large: 'trop volumineux',
    forbidden: 'accès refusé',
    locked: 'verrouillé par quelqu’un ou par un programme ; nouvel essai automatique',
    quota_exceeded: 'plus de place sur le serveur',
    content_corrupt: 'contenu endommagé sur le serveur',
    watch_overflowed:
      'trop de changements à la fois : certains n’ont pas été annoncés par le système, tout est revérifié',
  },
};

const en: typeof fr = {
  pauses: {
    person: 'Paused by you. To go on: diwan-sync resume',
    offline: 'Server unreachable; trying again by itself.',
    maintenance: 'Service under maintenance; synchronisation resumes by itself.',
    cgu_required: 'The terms of use must be accepted in the browser.',
    signed_out: 'This computer is not signed in: diwan-sync login SERVER_ADDRESS',
    root_gone:
      'The folder of the server is not there any more, or not open to you. Nothing is deleted here; diwan-sync remove FOLDER to wait for it no longer.',
    root_missing: 'The folder cannot be found (disk not mounted?). Nothing is deleted.',
    brake:
      'Most of the files would be deleted. If that is intended: diwan-sync sync --once --force (agent stopped) or diwan-sync run --force',
    disk_full: 'Disk full. Synchronisation resumes as soon as there is room.',
    busy: 'Another agent is synchronising this folder.',
    error: 'Error; trying again by itself.',
  },
  until: (time) => `until ${time}`,
  phases: {
    checking: 'checking',
    transferring: 'transferring',
    synced: 'up to date',
    incomplete: 'up to date, save for the files listed',
    paused: 'paused',
    stopped: 'stopped',
  },
  deeds: {
    upload: 'sent',
    download: 'received',
    move: 'moved',
    remove: 'deleted',
    'make-folder': 'folder made',
    set: 'made executable, or not',
    conflict: 'conflict',
    pause: 'pause',
    resume: 'resumed',
    problem: 'left',
    recheck: 'all is checked again',
  },
  sides: { here: 'here', there: 'on the server' },
  synced: (n) => (n === 0 ? 'Up to date.' : `Up to date (${n} ${n === 1 ? 'operation' : 'operations'}).`),
  resumed: 'Synchronisation resumes.',
  conflict: (path, copy) => `Two versions of ${path}: yours is kept as "${copy}".`,
  incomplete: 'Not synchronised:',
  watchLimited:
    'The system’s watch limit is reached (fs.inotify.max_user_watches): the folder is read again regularly, changes arrive more slowly.',
  notice: (text, from, to) => `NOTICE: ${text} (from ${from} to ${to})`,
  acceptCgu: (hub) =>
    `The terms of use must be accepted: open ${hub} in your browser, read them and confirm. Synchronisation resumes by itself.`,
  reasons: {
    symlink: 'symbolic link',
    special: 'special file',
    unreadable: 'unreadable (permissions?)',
    changing: 'being written',
    name_unreadable: 'unreadable name',
    other_filesystem: 'another disk is mounted here',
    name_not_possible: 'name not possible on this computer',
    name_in_use: 'name in use here by something else',
    shared_folder:
      'shared folder: left as it is here; it is synchronised by itself (diwan-sync add FOLDER --folder PATH)',
    excluded_folder: 'in the place of a folder of the server that you did not want here; left as it is',
    newer_on_hub: 'the server has a newer version of it; this folder only sends',
    not_empty: 'not wanted here any more, but files that are not synchronised are left in it',
    name_invalid: 'name refused by the server',
    too_large: 'too large',
    forbidden: 'access refused',
    locked: 'locked by someone or by a program; will be tried again',
    quota_exceeded: 'no room left on the server',
    content_corrupt: 'content damaged on the server',
    watch_overflowed: 'too many changes at once: the system did not announce some of them, all is checked again',
  },
};

const ar: typeof fr = {
  pauses: {
    person: 'متوقفة مؤقتا بطلب منكم. للاستئناف: diwan-sync resume',
    offline: 'تعذر الوصول إلى الخادم؛ ستعاد المحاولة تلقائيا.',
    maintenance: 'الخدمة قيد الصيانة؛ ستستأنف المزامنة من تلقاء نفسها.',
    cgu_required: 'يجب قبول الشروط العامة للاستخدام في المتصفح.',
    signed_out: 'هذا الحاسوب غير متصل بحساب: diwan-sync login عنوان_الخادم',
    root_gone:
      'لم يعد المجلد موجودا على الخادم، أو لم يعد متاحا لك. لن يحذف شيء هنا؛ للتوقف عن انتظاره: diwan-sync remove',
    root_missing: 'المجلد غير موجود (قرص غير موصول؟). لن يحذف أي شيء.',
    brake:
      'ستحذف معظم الملفات. إن كان هذا مقصودا: diwan-sync sync --once --force (بعد إيقاف البرنامج) أو diwan-sync run --force',
    disk_full: 'القرص ممتلئ. ستستأنف المزامنة عند توفر مساحة.',
    busy: 'برنامج آخر يزامن هذا المجلد.',
    error: 'خطأ؛ ستعاد المحاولة تلقائيا.',
  },
  until: (time) => `حتى ${time}`,
  phases: {
    checking: 'فحص',
    transferring: 'نقل',
    synced: 'محدث',
    incomplete: 'محدث ما عدا الملفات المذكورة',
    paused: 'متوقف مؤقتا',
    stopped: 'متوقف',
  },
  deeds: {
    upload: 'أرسل',
    download: 'استلم',
    move: 'نقل',
    remove: 'حذف',
    'make-folder': 'أنشئ مجلد',
    set: 'تغير إذن التشغيل',
    conflict: 'تعارض',
    pause: 'توقف مؤقت',
    resume: 'استئناف',
    problem: 'ترك',
    recheck: 'تعاد مراجعة الكل',
  },
  sides: { here: 'هنا', there: 'على الخادم' },
  synced: (n) => (n === 0 ? 'كل شيء محدث.' : `كل شيء محدث (عدد العمليات: ${n}).`),
  resumed: 'استؤنفت المزامنة.',
  conflict: (path, copy) => `نسختان من ${path}: حفظت نسختكم باسم «${copy}».`,
  incomplete: 'لم تتم مزامنة:',
  watchLimited:
    'بلغ حد المراقبة في النظام (fs.inotify.max_user_watches): يعاد فحص المجلد بانتظام، وتصل التغييرات ببطء أكبر.',
  notice: (text, from, to) => `إعلان: ${text} (من ${from} إلى ${to})`,
  acceptCgu: (hub) =>
    `يجب قبول الشروط العامة للاستخدام: افتحوا ${hub} في المتصفح واقرؤوها ثم وافقوا عليها. ستستأنف المزامنة من تلقاء نفسها.`,
  reasons: {
    symlink: 'رابط رمزي',
    special: 'ملف خاص',
    unreadable: 'غير قابل للقراءة (الصلاحيات؟)',
    changing: 'قيد الكتابة',
    name_unreadable: 'اسم غير مقروء',
    other_filesystem: 'قرص آخر موصول هنا',
    name_not_possible: 'اسم غير ممكن على هذا الحاسوب',
    name_in_use: 'الاسم مستعمل هنا لشيء آخر',
    shared_folder: 'مجلد مشترك: ترك هنا كما هو؛ يزامن وحده (diwan-sync add --folder)',
    excluded_folder: 'في مكان مجلد من الخادم لم ترده هنا؛ ترك كما هو',
    newer_on_hub: 'على الخادم نسخة أحدث منه؛ هذا المجلد يرسل فقط',
    not_empty: 'لم يعد مطلوبا هنا، لكن بقيت فيه ملفات لا تزامن',
    name_invalid: 'اسم رفضه الخادم',
    too_large: 'حجم كبير جدا',
    forbidden: 'الوصول مرفوض',
    locked: 'مقفل من شخص أو برنامج؛ ستعاد المحاولة تلقائيا',
    quota_exceeded: 'لا مساحة متبقية على الخادم',
    content_corrupt: 'محتوى تالف على الخادم',
    watch_overflowed: 'تغييرات كثيرة دفعة واحدة: لم يعلن النظام عن بعضها، فتعاد مراجعة الكل',
  },
};

export type AgentWords = typeof fr;
export const agentWords: Record<Language, AgentWords> = { fr, en, ar };
