import type { LocalText } from '@diwan/protocol/errors.ts';
import type { AgentEvent } from './agent.ts';
import type { LiveStatus, Pause } from './state/live-status.ts';

type Language = 'fr' | 'en';

/** French, unless the environment's language is another one: LC_ALL, LC_MESSAGES, LANG. */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const tag = (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').toLowerCase();
  return tag === '' || tag.startsWith('fr') || tag.startsWith('c.') || tag === 'c' || tag === 'posix' ? 'fr' : 'en';
}

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

const fr = {
  about: 'Garde un dossier de cet ordinateur identique à votre espace Diwan.',
  aboutLogin: 'connecter cet ordinateur à un serveur Diwan',
  aboutAdd: 'choisir un dossier à synchroniser avec votre espace personnel',
  aboutRun: 'synchroniser en continu',
  aboutSync: 'synchroniser une fois, puis s’arrêter',
  aboutStatus: 'dire où en est la synchronisation',
  optHome: 'dossier des réglages de l’agent (ou DIWAN_SYNC_HOME)',
  optJson: 'sortie pour les programmes : un objet JSON par ligne',
  optMachine: 'nom de cet ordinateur',
  optAccount: 'compte à utiliser (adresse)',
  optPair: 'seulement ce dossier',
  optForce: 'accepter une suppression massive',
  optOnce: 'une fois (toujours le cas : accepté pour la clarté)',
  exitCodes:
    'Codes de sortie : 0 fait ; 1 erreur ; 2 usage ; 3 non connecté ; 4 serveur injoignable ; 5 CGU à accepter ;\n6 en pause ; 7 suppression massive à confirmer ; 8 déjà en cours ; 9 fait, sauf les fichiers listés.',
  openAndType: (url: string, code: string) =>
    `Ouvrez ${url} dans votre navigateur et saisissez ce code :\n\n    ${code}\n\nEn attente de votre accord…`,
  signedIn: (email: string) => `Connecté : ${email}. Choisissez maintenant un dossier : diwan-sync add DOSSIER`,
  acceptCgu: (hub: string) =>
    `Les conditions générales d’utilisation sont à accepter : ouvrez ${hub} dans votre navigateur, lisez-les et validez. La synchronisation reprendra d’elle-même.`,
  noAccount: 'Cet ordinateur n’est pas connecté. Commencez par : diwan-sync login ADRESSE_DU_SERVEUR',
  whichAccount: (emails: string) => `Plusieurs comptes sont connectés (${emails}) : précisez --account.`,
  noPair: 'Aucun dossier à synchroniser. Ajoutez-en un : diwan-sync add DOSSIER',
  noSuchPair: (path: string) => `Ce dossier n’est pas synchronisé : ${path}`,
  folderTaken: (path: string) => `Ce dossier est déjà synchronisé, ou se trouve dans un dossier qui l’est : ${path}`,
  added: (path: string, email: string) => `${path} sera synchronisé avec l’espace de ${email}. Lancez : diwan-sync run`,
  busy: (path: string) => `Un autre agent synchronise déjà ce dossier : ${path}`,
  running: (path: string) => `Synchronisation de ${path}. Ctrl-C pour arrêter.`,
  stopped: 'Arrêté.',
  unexpected: (message: string) => `Erreur inattendue : ${message}`,
  never: 'jamais',
  synced: (n: number) => (n === 0 ? 'À jour.' : `À jour (${count(n, 'opération', 'opérations')}).`),
  resumed: 'La synchronisation reprend.',
  conflict: (path: string, copy: string) => `Deux versions de ${path} : la vôtre est gardée sous « ${copy} ».`,
  incomplete: 'Non synchronisés :',
  watchLimited:
    'La limite de surveillance du système est atteinte (fs.inotify.max_user_watches) : le dossier est relu régulièrement, les changements arrivent plus lentement.',
  notice: (text: string, from: string, to: string) => `ANNONCE : ${text} (du ${from} au ${to})`,
  pauses: {
    offline: 'Serveur injoignable ; nouvel essai automatique.',
    maintenance: 'Service en maintenance ; la synchronisation reprendra d’elle-même.',
    cgu_required: 'Conditions générales d’utilisation à accepter dans le navigateur.',
    signed_out: 'Cet ordinateur n’est plus connecté : diwan-sync login ADRESSE_DU_SERVEUR',
    root_missing: 'Le dossier est introuvable (disque non monté ?). Rien n’est supprimé.',
    brake:
      'La plupart des fichiers seraient supprimés. Si c’est voulu : diwan-sync sync --once --force (agent arrêté) ou diwan-sync run --force',
    disk_full: 'Disque plein. La synchronisation reprendra dès qu’il y aura de la place.',
    error: 'Erreur ; nouvel essai automatique.',
  } satisfies Record<Pause['why'], string>,
  phases: {
    checking: 'vérification',
    transferring: 'transfert',
    synced: 'à jour',
    incomplete: 'à jour, sauf les fichiers listés',
    paused: 'en pause',
    stopped: 'arrêté',
  } satisfies Record<LiveStatus['phase'], string>,
  notRunning: 'arrêté',
  lines: { last: 'Dernière synchronisation', state: 'État', pending: 'En attente', conflicts: 'Copies en conflit' },
  reasons: {
    symlink: 'lien symbolique',
    special: 'fichier spécial',
    unreadable: 'illisible (droits ?)',
    changing: 'en cours d’écriture',
    name_unreadable: 'nom illisible',
    other_filesystem: 'autre disque monté ici',
    name_not_possible: 'nom impossible sur cet ordinateur',
    name_in_use: 'nom déjà pris ici par autre chose',
    shared_folder: 'dossier partagé : pas encore synchronisé, laissé tel quel ici',
    name_invalid: 'nom refusé par le serveur',
    too_large: 'trop volumineux',
    forbidden: 'accès refusé',
    locked: 'verrouillé par quelqu’un ou par un programme ; nouvel essai automatique',
    quota_exceeded: 'plus de place sur le serveur',
    content_corrupt: 'contenu endommagé sur le serveur',
  } as Record<string, string>,
};

const en: typeof fr = {
  about: 'Keeps a folder of this computer equal to your Diwan space.',
  aboutLogin: 'connect this computer to a Diwan server',
  aboutAdd: 'choose a folder to synchronise with your personal space',
  aboutRun: 'synchronise continuously',
  aboutSync: 'synchronise once, then end',
  aboutStatus: 'say how synchronisation stands',
  optHome: 'folder of the agent’s settings (or DIWAN_SYNC_HOME)',
  optJson: 'output for programs: one JSON object a line',
  optMachine: 'name of this computer',
  optAccount: 'account to use (address)',
  optPair: 'this folder only',
  optForce: 'agree to a mass deletion',
  optOnce: 'once (always so; accepted for clarity)',
  exitCodes:
    'Exit codes: 0 done; 1 error; 2 usage; 3 not signed in; 4 server unreachable; 5 terms of use to accept;\n6 paused; 7 mass deletion to confirm; 8 already running; 9 done, save for the files listed.',
  openAndType: (url, code) =>
    `Open ${url} in your browser and type this code:\n\n    ${code}\n\nWaiting for your approval…`,
  signedIn: (email) => `Signed in: ${email}. Now choose a folder: diwan-sync add FOLDER`,
  acceptCgu: (hub) =>
    `The terms of use must be accepted: open ${hub} in your browser, read them and confirm. Synchronisation resumes by itself.`,
  noAccount: 'This computer is not signed in. Start with: diwan-sync login SERVER_ADDRESS',
  whichAccount: (emails) => `Several accounts are signed in (${emails}): say which with --account.`,
  noPair: 'No folder to synchronise. Add one: diwan-sync add FOLDER',
  noSuchPair: (path) => `This folder is not synchronised: ${path}`,
  folderTaken: (path) => `This folder is synchronised already, or lies in one that is: ${path}`,
  added: (path, email) => `${path} will be synchronised with the space of ${email}. Start: diwan-sync run`,
  busy: (path) => `Another agent is synchronising this folder: ${path}`,
  running: (path) => `Synchronising ${path}. Ctrl-C to stop.`,
  stopped: 'Stopped.',
  unexpected: (message) => `Unexpected error: ${message}`,
  never: 'never',
  synced: (n) => (n === 0 ? 'Up to date.' : `Up to date (${count(n, 'operation', 'operations')}).`),
  resumed: 'Synchronisation resumes.',
  conflict: (path, copy) => `Two versions of ${path}: yours is kept as "${copy}".`,
  incomplete: 'Not synchronised:',
  watchLimited:
    'The system’s watch limit is reached (fs.inotify.max_user_watches): the folder is read again regularly, changes arrive more slowly.',
  notice: (text, from, to) => `NOTICE: ${text} (from ${from} to ${to})`,
  pauses: {
    offline: 'Server unreachable; trying again by itself.',
    maintenance: 'Service under maintenance; synchronisation resumes by itself.',
    cgu_required: 'The terms of use must be accepted in the browser.',
    signed_out: 'This computer is not signed in any more: diwan-sync login SERVER_ADDRESS',
    root_missing: 'The folder cannot be found (disk not mounted?). Nothing is deleted.',
    brake:
      'Most of the files would be deleted. If that is intended: diwan-sync sync --once --force (agent stopped) or diwan-sync run --force',
    disk_full: 'Disk full. Synchronisation resumes as soon as there is room.',
    error: 'Error; trying again by itself.',
  },
  phases: {
    checking: 'checking',
    transferring: 'transferring',
    synced: 'up to date',
    incomplete: 'up to date, save for the files listed',
    paused: 'paused',
    stopped: 'stopped',
  },
  notRunning: 'not running',
  lines: { last: 'Last synchronised', state: 'State', pending: 'Pending', conflicts: 'Conflict copies' },
  reasons: {
    symlink: 'symbolic link',
    special: 'special file',
    unreadable: 'unreadable (permissions?)',
    changing: 'being written',
    name_unreadable: 'unreadable name',
    other_filesystem: 'another disk is mounted here',
    name_not_possible: 'name not possible on this computer',
    name_in_use: 'name in use here by something else',
    shared_folder: 'shared folder: not synchronised yet, left as it is here',
    name_invalid: 'name refused by the server',
    too_large: 'too large',
    forbidden: 'access refused',
    locked: 'locked by someone or by a program; will be tried again',
    quota_exceeded: 'no room left on the server',
    content_corrupt: 'content damaged on the server',
  },
};

export type Words = typeof fr;
export const words: Record<Language, Words> = { fr, en };

/** What a person reads of an event of the agent. */
export function sentenceOf(event: AgentEvent, language: Language): string {
  const say = words[language];
  switch (event.event) {
    case 'synced':
      return say.synced(event.done);
    case 'resumed':
      return say.resumed;
    case 'conflict':
      return say.conflict(event.path, event.copy);
    case 'incomplete':
      return problemList(event.problems, say);
    case 'paused':
      return pauseText(event.pause, language);
    case 'watch_limited':
      return say.watchLimited;
    case 'notice': {
      const { text, startsAt, endsAt } = event.notice;
      const time = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' });
      return say.notice((text as LocalText)[language], time.format(startsAt), time.format(endsAt));
    }
  }
}

export function pauseText({ why, detail, until }: Pause, language: Language): string {
  const time =
    until === undefined ? '' : ` (${new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(until)})`;
  return `${words[language].pauses[why]}${time}${detail ? ` [${detail}]` : ''}`;
}

const LISTED = 20;
export function problemList(problems: { path: string; why: string }[], say: Words): string {
  const lines = problems.slice(0, LISTED).map(({ path, why }) => `  ${path} : ${say.reasons[why] ?? why}`);
  if (problems.length > LISTED) lines.push(`  … +${problems.length - LISTED}`);
  return [say.incomplete, ...lines].join('\n');
}
