import { z } from 'zod';

/** The languages the product speaks; French is the default. */
export const languages = ['fr', 'ar', 'en'] as const;
export const Language = z.enum(languages);
export type Language = z.infer<typeof Language>;

/** A text that must exist in every language. */
export const LocalText = z.object({ fr: z.string(), ar: z.string(), en: z.string() });
export type LocalText = z.infer<typeof LocalText>;

/** Every error a person or a program can meet, with the sentence shown to a person. edge/errors.ts gives each its status. */
export const errorSentences = {
  bad_request: {
    fr: 'La demande est incorrecte.',
    ar: 'الطلب غير صحيح.',
    en: 'The request is not valid.',
  },
  malformed_json: {
    fr: 'Le contenu envoyé n’est pas du JSON valide.',
    ar: 'المحتوى المرسل ليس JSON صالحًا.',
    en: 'The body sent is not valid JSON.',
  },
  unauthenticated: {
    fr: 'Connectez-vous pour continuer.',
    ar: 'سجّل الدخول للمتابعة.',
    en: 'Sign in to continue.',
  },
  token_expired: {
    fr: 'Votre session doit être renouvelée.',
    ar: 'يجب تجديد جلستك.',
    en: 'Your session must be renewed.',
  },
  bad_credentials: {
    fr: 'Identifiant ou mot de passe incorrect.',
    ar: 'اسم المستخدم أو كلمة المرور غير صحيحة.',
    en: 'Wrong identifier or password.',
  },
  too_many_attempts: {
    fr: 'Trop de tentatives. Réessayez dans quelques instants.',
    ar: 'محاولات كثيرة جدًا. أعد المحاولة بعد قليل.',
    en: 'Too many attempts. Try again in a moment.',
  },
  weak_password: {
    fr: 'Choisissez un mot de passe d’au moins 12 caractères, différent de votre adresse.',
    ar: 'اختر كلمة مرور من 12 حرفًا على الأقل ومختلفة عن بريدك.',
    en: 'Choose a password of at least 12 characters, other than your address.',
  },
  invitation_invalid: {
    fr: 'Cette invitation n’est plus valable. Demandez-en une nouvelle à votre administrateur.',
    ar: 'لم تعد هذه الدعوة صالحة. اطلب دعوة جديدة من المسؤول.',
    en: 'This invitation is no longer valid. Ask your administrator for a new one.',
  },
  reset_invalid: {
    fr: 'Ce lien n’est plus valable. Demandez-en un nouveau.',
    ar: 'لم يعد هذا الرابط صالحًا. اطلب رابطًا جديدًا.',
    en: 'This link is no longer valid. Ask for a new one.',
  },
  device_code_invalid: {
    fr: 'Ce code n’existe pas ou a expiré.',
    ar: 'هذا الرمز غير موجود أو انتهت صلاحيته.',
    en: 'This code does not exist or has expired.',
  },
  authorization_pending: {
    fr: 'En attente de votre accord dans le navigateur.',
    ar: 'في انتظار موافقتك في المتصفح.',
    en: 'Waiting for your approval in the browser.',
  },
  second_factor_wrong: {
    fr: 'Ce code n’est pas valable, ou il a déjà servi.',
    ar: 'هذا الرمز غير صالح أو سبق استخدامه.',
    en: 'This code is not valid, or it has been used already.',
  },
  login_expired: {
    fr: 'La connexion a pris trop de temps. Recommencez avec votre mot de passe.',
    ar: 'استغرق تسجيل الدخول وقتًا طويلًا. ابدأ من جديد بكلمة المرور.',
    en: 'Signing in took too long. Start again with your password.',
  },
  account_suspended: {
    fr: 'Ce compte est suspendu. Contactez votre administrateur.',
    ar: 'هذا الحساب موقوف. اتصل بالمسؤول.',
    en: 'This account is suspended. Contact your administrator.',
  },
  cgu_required: {
    fr: 'Acceptez les conditions générales d’utilisation pour continuer.',
    ar: 'اقبل شروط الاستخدام العامة للمتابعة.',
    en: 'Accept the terms of use to continue.',
  },
  maintenance: {
    fr: 'Ce service est en maintenance. Il reprendra de lui-même.',
    ar: 'هذه الخدمة قيد الصيانة وستعود تلقائيًا.',
    en: 'This service is under maintenance. It will resume by itself.',
  },
  forbidden: {
    fr: 'Vous n’avez pas le droit de faire cela.',
    ar: 'ليس لديك الحق في القيام بذلك.',
    en: 'You are not allowed to do this.',
  },
  origin_refused: {
    fr: 'Cette demande ne vient pas de ce site.',
    ar: 'هذا الطلب لا يأتي من هذا الموقع.',
    en: 'This request does not come from this site.',
  },
  not_found: {
    fr: 'Introuvable, ou vous n’y avez pas accès.',
    ar: 'غير موجود، أو لا يمكنك الوصول إليه.',
    en: 'Not found, or not open to you.',
  },
  conflict: {
    fr: 'Cet élément a changé entre-temps.',
    ar: 'تغيّر هذا العنصر في هذه الأثناء.',
    en: 'This item has changed in the meantime.',
  },
  precondition_failed: {
    fr: 'La condition posée par le programme n’est pas remplie : rien n’a changé.',
    ar: 'الشرط الذي وضعه البرنامج غير متحقق: لم يتغيّر شيء.',
    en: 'The condition that the program set does not hold: nothing was changed.',
  },
  locked: {
    fr: 'Cet élément est verrouillé : une autre personne ou un programme le modifie.',
    ar: 'هذا العنصر مقفل: يعدّله شخص آخر أو برنامج.',
    en: 'This item is locked: another person or a program is editing it.',
  },
  name_taken: {
    fr: 'Ce nom est déjà pris ici.',
    ar: 'هذا الاسم مستخدم هنا بالفعل.',
    en: 'This name is already taken here.',
  },
  name_invalid: {
    fr: 'Ce nom n’est pas accepté : 255 octets au plus, sans / \\ ni caractère de contrôle, ni « . » ou « .. ».',
    ar: 'هذا الاسم غير مقبول: 255 بايت كحد أقصى، دون / أو \\ أو أحرف تحكم أو «.» أو «..».',
    en: 'This name is not accepted: at most 255 bytes, without / \\ or control characters, not "." or "..".',
  },
  share_nested: {
    fr: 'Un dossier partagé ne peut ni se trouver dans un autre dossier partagé, ni en contenir un.',
    ar: 'لا يمكن أن يكون مجلد مشترك داخل مجلد مشترك آخر ولا أن يحتوي على واحد.',
    en: 'A shared folder can neither be inside another shared folder nor hold one.',
  },
  still_shared: {
    fr: 'Ce dossier est partagé ou contient un dossier partagé. Arrêtez le partage, ou déplacez d’abord ce dossier partagé.',
    ar: 'هذا المجلد مشترك أو يحتوي على مجلد مشترك. أوقف المشاركة أو انقل المجلد المشترك أولًا.',
    en: 'This folder is shared or holds a shared folder. Stop sharing it, or move the shared folder out first.',
  },
  move_into_itself: {
    fr: 'Un dossier ne peut pas être déplacé dans lui-même.',
    ar: 'لا يمكن نقل مجلد إلى داخله.',
    en: 'A folder cannot be moved into itself.',
  },
  too_large: {
    fr: 'Ce fichier ou cette demande est trop volumineux.',
    ar: 'هذا الملف أو الطلب كبير جدًا.',
    en: 'This file or request is too large.',
  },
  range_invalid: {
    fr: 'La plage demandée n’existe pas dans ce fichier.',
    ar: 'النطاق المطلوب غير موجود في هذا الملف.',
    en: 'The requested range does not exist in this file.',
  },
  upload_incomplete: {
    fr: 'L’envoi a été interrompu. Rien n’a été enregistré ; recommencez.',
    ar: 'انقطع الإرسال. لم يُحفظ شيء؛ أعد المحاولة.',
    en: 'The upload was cut off. Nothing was stored; try again.',
  },
  quota_exceeded: {
    fr: 'Votre espace de stockage est plein. Supprimez des fichiers, ou demandez plus de place à votre administrateur.',
    ar: 'مساحة التخزين الخاصة بك ممتلئة. احذف بعض الملفات أو اطلب مساحة أكبر من المسؤول.',
    en: 'Your storage space is full. Delete some files, or ask your administrator for more room.',
  },
  storage_full: {
    fr: 'Il n’y a plus de place pour enregistrer. Vos fichiers déjà enregistrés sont intacts.',
    ar: 'لا توجد مساحة كافية للحفظ. ملفاتك المحفوظة سليمة.',
    en: 'There is no room left to store this. Your stored files are intact.',
  },
  storage_unavailable: {
    fr: 'Le stockage est momentanément indisponible. Réessayez dans quelques instants.',
    ar: 'التخزين غير متاح مؤقتًا. أعد المحاولة بعد قليل.',
    en: 'Storage is unavailable for a moment. Try again shortly.',
  },
  preview_unavailable: {
    fr: 'Il n’y a pas d’aperçu de ce fichier. Vous pouvez le télécharger.',
    ar: 'لا تتوفر معاينة لهذا الملف. يمكنك تنزيله.',
    en: 'There is no preview of this file. You can download it.',
  },
  link_gone: {
    fr: 'Ce lien n’est plus valable. Demandez-en un autre à la personne qui vous l’a donné.',
    ar: 'لم يعد هذا الرابط صالحًا. اطلب رابطًا آخر ممن أعطاك إياه.',
    en: 'This link no longer works. Ask the person who gave it to you for another.',
  },
  link_password: {
    fr: 'Ce lien est protégé : saisissez le mot de passe reçu de la personne qui vous l’a donné.',
    ar: 'هذا الرابط محمي: أدخل كلمة المرور التي حصلت عليها ممن أعطاك إياه.',
    en: 'This link is protected: enter the password given to you by the person who shared it.',
  },
  content_corrupt: {
    fr: 'Le contenu enregistré est endommagé ; il n’est pas servi. L’exploitant en est averti.',
    ar: 'المحتوى المحفوظ تالف ولن يُقدَّم. تم إبلاغ المشغّل.',
    en: 'The stored content is damaged and is not served. The operator is told.',
  },
  room_not_found: {
    fr: 'Cette réunion n’existe pas ou est terminée.',
    ar: 'هذا الاجتماع غير موجود أو انتهى.',
    en: 'This meeting does not exist or has ended.',
  },
  room_password: {
    fr: 'Cette réunion demande un mot de passe.',
    ar: 'هذا الاجتماع محمي بكلمة مرور.',
    en: 'This meeting asks for a password.',
  },
  room_lobby: {
    fr: 'L’organisateur vous fera entrer.',
    ar: 'سيسمح لك المنظّم بالدخول.',
    en: 'The host will let you in.',
  },
  room_locked: {
    fr: 'Cette réunion est verrouillée : plus personne ne peut y entrer.',
    ar: 'هذا الاجتماع مقفل: لا يمكن لأحد الدخول الآن.',
    en: 'This meeting is locked: nobody else can come in.',
  },
  room_kept_out: {
    fr: 'L’organisateur ne vous laisse pas entrer dans cette réunion.',
    ar: 'المنظّم لا يسمح لك بدخول هذا الاجتماع.',
    en: 'The host does not let you into this meeting.',
  },
  encryption_needed: {
    fr: 'Cette réunion est chiffrée de bout en bout et ce navigateur ne le permet pas. Ouvrez-la dans une version récente de Chrome, Edge, Firefox ou Safari.',
    ar: 'هذا الاجتماع مشفّر من طرف إلى طرف وهذا المتصفح لا يدعم ذلك. افتحه في إصدار حديث من Chrome أو Edge أو Firefox أو Safari.',
    en: 'This meeting is end-to-end encrypted, which this browser cannot do. Open it in a recent version of Chrome, Edge, Firefox or Safari.',
  },
  encryption_stays: {
    fr: 'La réunion est en cours : son chiffrement ne peut être retiré qu’une fois que tout le monde l’a quittée.',
    ar: 'الاجتماع جارٍ: لا يمكن إلغاء تشفيره إلا بعد أن يغادره الجميع.',
    en: 'The meeting is going on: its encryption can only be taken away once everybody has left.',
  },
  encryption_lost: {
    fr: 'Cette réunion n’est plus chiffrée de bout en bout. Vous en êtes sorti ; vous pouvez y revenir si cela vous convient.',
    ar: 'لم يعد هذا الاجتماع مشفّرًا من طرف إلى طرف. لقد خرجت منه، ويمكنك العودة إليه إن كان ذلك يناسبك.',
    en: 'This meeting is no longer end-to-end encrypted. You have been taken out of it; you can come back if that suits you.',
  },
  host_forbids: {
    fr: 'L’organisateur ne le permet pas pour l’instant.',
    ar: 'المنظّم لا يسمح بذلك في الوقت الحالي.',
    en: 'The host does not allow this for now.',
  },
  meeting_past: {
    fr: 'Cette réunion serait déjà passée. Choisissez une date à venir.',
    ar: 'سيكون هذا الاجتماع قد مضى. اختر تاريخًا لاحقًا.',
    en: 'This meeting would be over already. Choose a date to come.',
  },
  poll_closed: {
    fr: 'Ce sondage est clos.',
    ar: 'هذا الاستطلاع مغلق.',
    en: 'This poll is closed.',
  },
  document_full: {
    fr: 'Les notes ont atteint leur taille maximale. Effacez-en une partie avant d’en ajouter.',
    ar: 'بلغت الملاحظات حجمها الأقصى. احذف جزءًا منها قبل الإضافة.',
    en: 'The notes have reached their largest size. Delete some before adding more.',
  },
  document_out_of_step: {
    fr: 'Votre copie des notes n’est plus à jour. Elle est mise à jour d’elle-même.',
    ar: 'نسختك من الملاحظات لم تعد محدّثة. يتم تحديثها تلقائيًا.',
    en: 'Your copy of the notes is not up to date. It is being brought up to date.',
  },
  not_in_room: {
    fr: 'Rejoignez d’abord la réunion.',
    ar: 'انضم إلى الاجتماع أولًا.',
    en: 'Join the meeting first.',
  },
  media_refused: {
    fr: 'Le navigateur et le serveur ne se sont pas entendus sur ce média.',
    ar: 'لم يتفق المتصفح والخادم على هذه الوسائط.',
    en: 'The browser and the server did not agree on this media.',
  },
  media_unavailable: {
    fr: 'Le serveur de réunion redémarre ; la réunion reprend d’elle-même.',
    ar: 'خادم الاجتماعات يعيد التشغيل وسيستأنف الاجتماع تلقائيًا.',
    en: 'The meeting server is restarting; the meeting resumes by itself.',
  },
  unavailable: {
    fr: 'Service momentanément indisponible. Réessayez dans quelques instants.',
    ar: 'الخدمة غير متاحة مؤقتًا. أعد المحاولة بعد قليل.',
    en: 'The service is unavailable for a moment. Try again shortly.',
  },
  internal: {
    fr: 'Une erreur est survenue de notre côté. Rien de ce qui était enregistré n’est perdu.',
    ar: 'حدث خطأ من جانبنا. لم يُفقد أي شيء محفوظ.',
    en: 'Something went wrong on our side. Nothing that was stored is lost.',
  },
} as const satisfies Record<string, LocalText>;

export type ErrorCode = keyof typeof errorSentences;
export const errorCodes = Object.keys(errorSentences) as [ErrorCode, ...ErrorCode[]];
export const ErrorCode = z.enum(errorCodes);

/** The one error that rooms throw; the edge turns it into a status, an ack or a close code. `detail` is for programs and logs. */
export class HubError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  /** Seconds to wait before trying again, where that is known. */
  readonly retryAfter: number | undefined;
  constructor(code: ErrorCode, detail?: string, retryAfter?: number) {
    super(detail ? `${code}: ${detail}` : code);
    this.name = 'HubError';
    this.code = code;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

/** RFC 9457 problem details; `title` is the sentence in the person's language. */
export const Problem = z.object({
  type: z.string(),
  status: z.int(),
  code: ErrorCode,
  title: z.string(),
  detail: z.string().optional(),
  retryAfter: z.number().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** What a socket call is acknowledged with: the answer, or the problem. */
export type Ack<T> = { ok: true; data: T } | { ok: false; error: Problem };
export const ackOf = <T extends z.ZodType>(data: T) =>
  z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), data }),
    z.object({ ok: z.literal(false), error: Problem }),
  ]);
