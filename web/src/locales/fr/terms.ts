export const terms = {
  title: 'Conditions générales d’utilisation',
  version: 'Version {{version}}',
  inForce: 'en vigueur depuis le {{date}}',
  download: 'Télécharger le texte',
  scroll: 'Texte des conditions générales d’utilisation',
  gateTitle: 'Avant de continuer',
  gateLead: 'Lisez et acceptez les conditions générales d’utilisation pour accéder à vos réunions et à vos fichiers.',
  gateAgain: 'De nouvelles conditions viennent d’être publiées. Acceptez-les pour reprendre là où vous étiez.',
  proof: 'Votre accord est enregistré avec la date du serveur. Ce texte reste consultable à tout moment.',
  accept: 'Accepter et valider',
  signOut: 'Se déconnecter',
  mine: 'Vous avez accepté la version {{version}} le {{date}}.',
};
