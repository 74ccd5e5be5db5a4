export const viewer = {
  close: 'Fermer l’aperçu',
  previous: 'Fichier précédent',
  next: 'Fichier suivant',
  place: '{{number}} / {{count}}',
  download: 'Télécharger',
  player: 'Lecteur de {{name}}',
  none: 'Pas d’aperçu de ce fichier',
  noneHint: 'Téléchargez-le pour l’ouvrir avec une application de votre appareil.',
  truncated: 'Seul le début du texte est affiché. Téléchargez le fichier pour le lire en entier.',
  gone: 'Ce fichier n’est plus dans ce dossier',
};
